// The device memory of one loaded model, in the buffers the vendor's runtime uses (running-a-model.md, rules
// 1 to 5):
//
//   constants and commands   constant tensors, each rounded up to 64 bytes; then the command words
//   internal block           intermediates at the file's offsets, which share memory by lifetime
//   one buffer per model input, one per model output, so that inputs survive a run
//   task records             as the kernel wants them, regcmd_addr a DMA address
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "container/model.hpp"
#include "device/device.hpp"
#include "session/form.hpp"

namespace mattock::session {

class ModelMemory {
 public:
  /// Allocates, copies the constants, relocates the commands. `forms[i]` is how tensor i lies in memory, where
  /// that is known. Errors: kDevice (memory is short), kBadFile (a relocation to a tensor without a place).
  static Result<ModelMemory> create(Device& device, const container::Model& model,
                                    std::span<const std::optional<Form>> forms);

  bool has_place(std::size_t index) const { return places_[index].has_value(); }
  /// The tensor's bytes in device memory: all that belong to it, which may be more than its data. Empty for a
  /// tensor without a place.
  std::span<std::byte> tensor(std::size_t index) const;

  /// Sync of exactly the tensor's range, if the program leads the NPU into its buffer. From the device it happens once
  /// after a submit: until the next one the CPU sees what is there.
  Result<void> sync_to_device(Device& device, std::size_t tensor);
  Result<void> sync_from_device(Device& device, std::size_t tensor);
  /// A submit may have written any tensor.
  void device_wrote();

  /// The task records for Device::submit; no memory when the model has no tasks.
  const Buffer& task_records() const { return tasks_; }

  /// Replaces the value of command word `word`. Takes effect with the next flush_commands().
  void set_command_value(std::size_t word, std::uint32_t value);
  /// Makes the command words visible to the device if any changed.
  Result<void> flush_commands(Device& device);

 private:
  /// Where a tensor lies. `buffer` indexes buffers_.
  struct Place {
    std::size_t buffer = 0;
    std::size_t offset = 0;
    std::size_t bytes = 0;
  };

  Result<std::size_t> add_buffer(Device& device, std::size_t bytes, std::string name, BufferUse use);
  Result<void> place_tensors(Device& device, const container::Model& model, std::span<const std::optional<Form>> forms);
  Result<void> place_constants(Device& device, const container::Model& model);
  void note_reached(const container::Model& model);
  Result<void> relocate(const container::Model& model);
  Result<void> store_tasks(Device& device, const container::Model& model);
  std::span<std::byte> command_bytes() const;
  std::uint64_t commands_address() const;

  /// The tensors that the program's words address.
  static std::vector<bool> addressed(const container::Model& model);

  std::vector<Buffer> buffers_;
  std::vector<bool> reached_;                 // by buffer: the NPU may read or write there
  std::vector<std::optional<Place>> places_;  // by tensor
  std::vector<bool> seen_;                    // by tensor: the CPU sees what is there
  Place commands_;
  Buffer tasks_;
  bool commands_changed_ = false;
};

}  // namespace mattock::session
