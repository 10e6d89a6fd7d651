// Dear ImGui 1.86 to 1.92 behind one face: the only file that reads IMGUI_VERSION_NUM.
//
// Everybody in viz includes this header instead of <imgui.h>.
#pragma once

#ifndef IMGUI_DEFINE_MATH_OPERATORS
#define IMGUI_DEFINE_MATH_OPERATORS
#endif
#include <imgui.h>

#if IMGUI_VERSION_NUM < 19200
#include <imgui_freetype.h>
#else
#define POSTHORN_IMGUI_DYNAMIC_FONTS 1  // the backend keeps the texture up to date itself
#endif

#include <cstdint>

// Two things of <imgui_internal.h>, which reads 55,000 lines of intrinsics into every source.
namespace ImGui {
IMGUI_API void ClearActiveID();
}
#if IMGUI_VERSION_NUM < 18940
inline ImVec2 operator+(const ImVec2& a, const ImVec2& b) { return {a.x + b.x, a.y + b.y}; }
inline ImVec2 operator-(const ImVec2& a, const ImVec2& b) { return {a.x - b.x, a.y - b.y}; }
inline ImVec2 operator*(const ImVec2& a, float b) { return {a.x * b, a.y * b}; }
#endif

namespace posthorn::viz {

/// A font at a size. Since 1.92 an ImFont has no size of its own, so we always carry both.
struct Face {
  ImFont* font = nullptr;
  float size = 0;  ///< pixels
};

inline void push_face(const Face& face) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(face.font, face.size);
#else
  ImGui::PushFont(face.font);
#endif
}
inline void pop_face() { ImGui::PopFont(); }

/// Begins a child window without border and with the window's padding left out.
inline bool begin_child(const char* name, ImVec2 size, ImGuiWindowFlags flags = 0) {
#if IMGUI_VERSION_NUM >= 19000
  return ImGui::BeginChild(name, size, ImGuiChildFlags_None, flags);
#else
  return ImGui::BeginChild(name, size, false, flags);
#endif
}

/// The keys that we use, apart from typed characters.
enum class Key : std::uint8_t {
  space,
  left,
  right,
  home,
  end,
  page_up,
  page_down,
  escape,
  enter,
  backspace,
  shift,
  ctrl,
  tab,
  up,
  down,
  f5,
  f11,
  letter_c,
  letter_f,
  equal,
  minus,
  zero
};
inline constexpr int kKeyCount = 22;

#if IMGUI_VERSION_NUM >= 18700
inline ImGuiKey native_key(Key key) {
  constexpr ImGuiKey keys[kKeyCount] = {
      ImGuiKey_Space, ImGuiKey_LeftArrow, ImGuiKey_RightArrow, ImGuiKey_Home,
      ImGuiKey_End,   ImGuiKey_PageUp,    ImGuiKey_PageDown,   ImGuiKey_Escape,
      ImGuiKey_Enter, ImGuiKey_Backspace, ImGuiKey_LeftShift,  ImGuiKey_LeftCtrl,
      ImGuiKey_Tab,   ImGuiKey_UpArrow,   ImGuiKey_DownArrow,  ImGuiKey_F5,
      ImGuiKey_F11,   ImGuiKey_C,         ImGuiKey_F,          ImGuiKey_Equal,
      ImGuiKey_Minus, ImGuiKey_0};
  return keys[static_cast<int>(key)];
}
#else
/// GLFW's key codes, which the 1.86 backend hands through as indices.
inline int native_key(Key key) {
  constexpr int keys[kKeyCount] = {32,  263, 262, 268, 269, 266, 267, 256, 257, 259, 340,
                                   341, 258, 265, 264, 294, 300, 67,  70,  61,  45,  48};
  return keys[static_cast<int>(key)];
}
#endif

inline bool key_pressed(Key key, bool repeat = false) {
  return ImGui::IsKeyPressed(native_key(key), repeat);
}

/// Whatever is being typed into or dragged is let go of; a text field keeps what was typed.
inline void clear_active_item() { ImGui::ClearActiveID(); }

// ---- input for tests: what a window's backend would do

inline void inject_mouse_position(float x, float y) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMousePosEvent(x, y);
#else
  ImGui::GetIO().MousePos = ImVec2(x, y);
#endif
}
inline void inject_mouse_button(int button, bool down) {
#if IMGUI_VERSION_NUM >= 18700
  ImGui::GetIO().AddMouseButtonEvent(button, down);
#else
  ImGui::GetIO().MouseDown[button] = down;
#endif
}
inline void inject_key(Key key, bool down) {
  ImGuiIO& io = ImGui::GetIO();
#if IMGUI_VERSION_NUM >= 18700
  if (key == Key::shift) io.AddKeyEvent(ImGuiMod_Shift, down);
  if (key == Key::ctrl) io.AddKeyEvent(ImGuiMod_Ctrl, down);
  io.AddKeyEvent(native_key(key), down);
#else
  io.KeysDown[native_key(key)] = down;
  if (key == Key::shift) io.KeyShift = down;
  if (key == Key::ctrl) io.KeyCtrl = down;
#endif
}
/// Before 1.87 a context without a backend must be told where its keys are.
inline void map_keys_without_backend() {
#if IMGUI_VERSION_NUM < 18700
  ImGuiIO& io = ImGui::GetIO();
  io.KeyMap[ImGuiKey_Space] = native_key(Key::space);
  io.KeyMap[ImGuiKey_LeftArrow] = native_key(Key::left);
  io.KeyMap[ImGuiKey_RightArrow] = native_key(Key::right);
  io.KeyMap[ImGuiKey_Home] = native_key(Key::home);
  io.KeyMap[ImGuiKey_End] = native_key(Key::end);
  io.KeyMap[ImGuiKey_Escape] = native_key(Key::escape);
  io.KeyMap[ImGuiKey_Enter] = native_key(Key::enter);
  io.KeyMap[ImGuiKey_Backspace] = native_key(Key::backspace);
  io.KeyMap[ImGuiKey_Tab] = native_key(Key::tab);
  io.KeyMap[ImGuiKey_LeftArrow] = native_key(Key::left);
  io.KeyMap[ImGuiKey_RightArrow] = native_key(Key::right);
  io.KeyMap[ImGuiKey_UpArrow] = native_key(Key::up);
  io.KeyMap[ImGuiKey_DownArrow] = native_key(Key::down);
#endif
}

/// Debian's library carries the FreeType builder beside the default one; it is a little crisper.
inline void use_freetype(ImFontAtlas* atlas) {
#if IMGUI_VERSION_NUM < 19200
  atlas->FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas->FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
#else
  (void)atlas;
#endif
}

/// Adds a font file that stays in memory by itself. Up to 1.91 ImGui copies what it does not own,
/// 20 MB a face for a Japanese font: it is told that it owns the bytes until it has taken them.
inline ImFont* add_mapped_font(ImFontAtlas* atlas, void* data, int size, float pixels,
                               ImFontConfig config) {
#if IMGUI_VERSION_NUM < 19200
  config.FontDataOwnedByAtlas = true;
  ImFont* font = atlas->AddFontFromMemoryTTF(data, size, pixels, &config);
  atlas->ConfigData.back().FontDataOwnedByAtlas = false;
  return font;
#else
  config.FontDataOwnedByAtlas = false;
  return atlas->AddFontFromMemoryTTF(data, size, pixels, &config);
#endif
}

/// Keeps the whole atlas on the CPU side, as our rasteriser and tests need it.
inline void font_pixels(unsigned char** pixels, int* width, int* height) {
  ImGui::GetIO().Fonts->GetTexDataAsAlpha8(pixels, width, height);
}
inline void set_font_texture(std::uintptr_t id) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::GetIO().Fonts->SetTexID(static_cast<ImTextureID>(id));
#elif IMGUI_VERSION_NUM >= 19140
  ImGui::GetIO().Fonts->SetTexID(static_cast<ImTextureID>(id));
#else
  ImGui::GetIO().Fonts->SetTexID(reinterpret_cast<ImTextureID>(id));
#endif
}
inline bool has_texture(const ImDrawCmd& command) {
#if IMGUI_VERSION_NUM >= 19140
  return command.GetTexID() != ImTextureID{};
#else
  return command.GetTexID() != nullptr;
#endif
}

}  // namespace posthorn::viz
