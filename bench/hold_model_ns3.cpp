// The ns-3 contenders of the hold model.
#include <ns3/event-impl.h>
#include <ns3/make-event.h>
#include <ns3/object-factory.h>
#include <ns3/priority-queue-scheduler.h>
#include <ns3/simulator.h>

#include <chrono>

#include "bench/hold_model.hpp"

namespace posthorn::bench {
namespace {

double since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Run {
  const HoldModel* model;
  std::uint64_t now = 0, draws = 0, checksum = 0;
};

class HoldEvent final : public ns3::EventImpl {
 public:
  HoldEvent(Run& run, std::uint32_t id) : run_(run), id_(id) {}

 private:
  void Notify() override { note(run_.checksum, run_.now, id_); }
  Run& run_;
  std::uint32_t id_;
};

void hold_simulator(Run* run, std::uint32_t id) {
  run->now = static_cast<std::uint64_t>(ns3::Simulator::Now().GetNanoSeconds());
  note(run->checksum, run->now, id);
  if (run->draws - run->model->pending == run->model->holds) return ns3::Simulator::Stop();
  const auto delay = ns3::NanoSeconds(run->model->delay(run->draws++));
  ns3::Simulator::Schedule(delay, &hold_simulator, run, id);
}

}  // namespace

HoldResult hold_ns3_scheduler(const HoldModel& model) {
  Run run{&model};
  const auto scheduler = ns3::CreateObject<ns3::PriorityQueueScheduler>();
  std::uint32_t uid = 0;
  for (std::uint32_t id = 0; id < model.pending; ++id)
    scheduler->Insert({new HoldEvent(run, id), {model.delay(run.draws++), uid++, 0}});
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < model.holds; ++i) {
    ns3::Scheduler::Event next = scheduler->RemoveNext();
    run.now = next.key.m_ts;
    next.impl->Invoke();
    next.key.m_ts += model.delay(run.draws++);
    next.key.m_uid = uid++;
    scheduler->Insert(next);
  }
  const double seconds = since(start);
  while (!scheduler->IsEmpty()) scheduler->RemoveNext().impl->Unref();
  return {seconds, run.checksum};
}

HoldResult hold_ns3_simulator(const HoldModel& model) {
  Run run{&model};
  ns3::ObjectFactory factory;
  factory.SetTypeId(ns3::PriorityQueueScheduler::GetTypeId());
  ns3::Simulator::SetScheduler(factory);
  for (std::uint32_t id = 0; id < model.pending; ++id)
    ns3::Simulator::Schedule(ns3::NanoSeconds(model.delay(run.draws++)), &hold_simulator, &run, id);
  const auto start = std::chrono::steady_clock::now();
  ns3::Simulator::Run();
  const double seconds = since(start);
  ns3::Simulator::Destroy();
  return {seconds, 0};  // it runs one event more than the others: no common checksum
}

}  // namespace posthorn::bench
