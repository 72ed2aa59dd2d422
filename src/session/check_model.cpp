#include "session/check_model.hpp"

#include <fmt/format.h>

#include "session/admission.hpp"
#include "session/memory.hpp"
#include "session/schedule.hpp"

namespace mattock::session {

Result<std::vector<CheckedSubmit>> check_model(Device& device, const container::Model& model) {
  if (const auto fits = check_generation(model, device); !fits) return propagate(fits);
  if (const auto tasks = check_tasks(model); !tasks) return propagate(tasks);
  // Nobody converts or computes here, so no tensor's form has to be known.
  const auto forms = forms_of(model, device.chip(), std::vector<bool>(model.tensors.size()));
  if (!forms) return propagate(forms);
  const auto memory = ModelMemory::create(device, model, *forms);
  if (!memory) return propagate(memory);

  std::vector<CheckedSubmit> submits;
  for (const Step& step : schedule(model, true, device.chip().max_tasks)) {
    if (step.engine == container::Engine::kHost) continue;
    CheckedSubmit submit{step.tasks, step.nodes, 0, std::nullopt};
    for (std::size_t i = 0; i < step.tasks.count; ++i)
      submit.words += model.program.tasks[step.tasks.first + i].regcfg_amount + hw::kTailWords;
    if (const auto good = device.check(memory->task_records(), step.tasks); !good) submit.refusal = good.error();
    submits.push_back(std::move(submit));
  }
  return submits;
}

}  // namespace mattock::session
