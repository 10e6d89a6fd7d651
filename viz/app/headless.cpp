#include "viz/app/headless.hpp"

#include <utility>

namespace posthorn::viz {

Headless::Headless(int width, int height, ReadyFonts fonts) : fonts_(std::move(fonts)) {
  if (fonts_.atlas == nullptr) fonts_.atlas = std::make_unique<ImFontAtlas>();
  context_ = ImGui::CreateContext(fonts_.atlas.get());
  ImGui::SetCurrentContext(context_);
  map_keys_without_backend();
  ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  ImGui::GetIO().MouseDrawCursor = false;
  inject_mouse_position(-100, -100);
  resize(width, height);
}

Headless::Headless(Model& model, int width, int height, ReadyFonts fonts)
    : Headless(width, height, std::move(fonts)) {
  shell_ = std::make_unique<Shell>(model);
  if (fonts_.scale > 0) shell_->use(fonts_);
}

Headless::~Headless() { destroy(); }

void Headless::destroy() {
  shell_.reset();
  if (context_ != nullptr) ImGui::DestroyContext(std::exchange(context_, nullptr));
}

ReadyFonts Headless::end() {
  shell_->describe_fonts(fonts_);
  destroy();
  return std::move(fonts_);
}

void Headless::resize(int width, int height) {
  size_ = {static_cast<float>(width), static_cast<float>(height)};
  ImGui::GetIO().DisplaySize = size_;
}

void Headless::frame(double real_seconds) {
  frame(*shell_);
  shell_->finish(real_seconds);
}

void Headless::frame(Shell& shell) {
  ImGui::SetCurrentContext(context_);
  ImGui::GetIO().DeltaTime = 1.0f / 60;
  if (shell.prepare(size_.x, size_.y)) {
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    font_pixels(&pixels, &width, &height);
    set_font_texture(1);
  }
  ImGui::NewFrame();
  shell.build(size_.x, size_.y);
  ImGui::Render();
}

Image Headless::picture() const {
  ImGui::SetCurrentContext(context_);
  return rasterize(*ImGui::GetDrawData(), colors().background);
}

}  // namespace posthorn::viz
