// Sessions of the C interface.
#include "session/session.hpp"

#include <mattock/mattock.h>

#include <mutex>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>

#include "capi/arrays.hpp"
#include "capi/call.hpp"
#include "capi/handles.hpp"
#include "container/reader.hpp"
#include "session/json.hpp"

using namespace mattock;
using namespace mattock::capi;

namespace {

/// Loads what `read` reads onto the device and gives the handle out.
template <class Read>
mattock_status load(mattock_device device, mattock_session* session, mattock_error* error, const Read& read) {
  return call(error, [&]() -> Outcome<void> {
    if (const auto there = require(session, "session"); !there) return there;
    const auto found = Handles::instance().find(device);
    if (!found) return hand_on(found);
    Outcome<Session> loaded = read((*found)->device);
    if (!loaded) return hand_on(loaded);
    *session = Handles::instance().add(std::make_shared<SessionObject>(std::move(*loaded)));
    return {};
  });
}

/// Runs `work` on the session's object, alone.
template <class Work>
mattock_status with_session(mattock_session session, mattock_error* error, const Work& work) {
  return call(error, [&]() -> Outcome<void> {
    const auto found = Handles::instance().find(session);
    if (!found) return hand_on(found);
    const std::scoped_lock lock((*found)->mutex);
    return work(**found);
  });
}

/// What a session is does not change while it lives, so this waits for no run.
template <class Work>
mattock_status with_constant_session(mattock_session session, mattock_error* error, const Work& work) {
  return call(error, [&]() -> Outcome<void> {
    const auto found = Handles::instance().find(session);
    if (!found) return hand_on(found);
    return work((*found)->session);
  });
}

Outcome<void> count_into(size_t* count, std::span<const TensorInfo> tensors) {
  if (const auto there = require(count, "count"); !there) return there;
  *count = tensors.size();
  return {};
}

Outcome<void> info_into(mattock_tensor_info* info, std::span<const TensorInfo> tensors, size_t index,
                        std::string_view what) {
  if (index >= tensors.size())
    return refuse(MATTOCK_NOT_FOUND, "there is no " + std::string(what) + " " + std::to_string(index) +
                                         ": the model has " + std::to_string(tensors.size()));
  const TensorInfo& tensor = tensors[index];
  const Quantisation quantisation = tensor.quantisation.value_or(Quantisation{});
  return fill(
      info,
      {sizeof(mattock_tensor_info), tensor.name.c_str(), tensor.shape.data(), static_cast<int32_t>(tensor.shape.size()),
       dtype_number(tensor.dtype), tensor.quantisation ? 1 : 0, quantisation.zero_point, quantisation.scale, 0},
      "info");
}

Outcome<void> execute(SessionObject& object, std::span<const InputArray> inputs, const RunOptions& options) {
  object.has_report = false;
  if (const auto done = object.session.execute(inputs, options, object.report); !done) return refuse(done);
  object.has_report = true;
  return {};
}

Outcome<void> run(SessionObject& object, std::span<const InputArray> inputs, std::span<const MutableView> outputs) {
  Session& session = object.session;
  if (!outputs.empty() && outputs.size() != session.outputs().size())
    return refuse(MATTOCK_BAD_INPUT, std::to_string(outputs.size()) + " outputs given, the model has " +
                                         std::to_string(session.outputs().size()));
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (const auto fits = session.check_output(i, outputs[i]); !fits) return refuse(fits);
  if (const auto ran = execute(object, inputs, {}); !ran) return ran;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (const auto read = session.read_output(i, outputs[i]); !read) return refuse(read);
  return {};
}

/// A text about the last run.
template <class Text>
mattock_status text_of_run(mattock_session session, char* buffer, size_t capacity, size_t* needed, mattock_error* error,
                           const Text& text) {
  return with_session(session, error, [&](SessionObject& object) -> Outcome<void> {
    if (!object.has_report)
      return refuse(MATTOCK_USAGE, "there is no run to tell of: none has succeeded yet", "run the session first");
    return copy_text(text(object.report), buffer, capacity, needed);
  });
}

}  // namespace

mattock_status mattock_session_load(mattock_device device, const char* path, mattock_session* session,
                                    mattock_error* error) {
  return load(device, session, error, [&](Device& on) -> Outcome<Session> {
    if (const auto there = require(path, "path"); !there) return hand_on(there);
    auto loaded = Session::load(on, std::filesystem::path(path));
    if (!loaded) return refuse(loaded);
    return std::move(*loaded);
  });
}

mattock_status mattock_session_load_memory(mattock_device device, const void* data, size_t bytes,
                                           mattock_session* session, mattock_error* error) {
  return load(device, session, error, [&](Device& on) -> Outcome<Session> {
    if (const auto there = require(data, "data"); !there) return hand_on(there);
    auto model = container::parse_model({static_cast<const std::byte*>(data), bytes});
    if (!model) return refuse(model);
    auto loaded = Session::load(on, std::move(*model));
    if (!loaded) return refuse(loaded);
    return std::move(*loaded);
  });
}

mattock_status mattock_session_close(mattock_session session, mattock_error* error) {
  return call(error, [&]() -> Outcome<void> {
    const auto removed = Handles::instance().remove(session);
    if (!removed) return hand_on(removed);
    return {};
  });
}

mattock_status mattock_session_input_count(mattock_session session, size_t* count, mattock_error* error) {
  return with_constant_session(session, error, [&](const Session& s) { return count_into(count, s.inputs()); });
}

mattock_status mattock_session_output_count(mattock_session session, size_t* count, mattock_error* error) {
  return with_constant_session(session, error, [&](const Session& s) { return count_into(count, s.outputs()); });
}

mattock_status mattock_session_input_info(mattock_session session, size_t index, mattock_tensor_info* info,
                                          mattock_error* error) {
  return with_constant_session(session, error,
                               [&](const Session& s) { return info_into(info, s.inputs(), index, "input"); });
}

mattock_status mattock_session_output_info(mattock_session session, size_t index, mattock_tensor_info* info,
                                           mattock_error* error) {
  return with_constant_session(session, error,
                               [&](const Session& s) { return info_into(info, s.outputs(), index, "output"); });
}

mattock_status mattock_session_run(mattock_session session, const mattock_array* inputs, size_t input_count,
                                   const mattock_array* outputs, size_t output_count, mattock_error* error) {
  return with_session(session, error, [&](SessionObject& object) -> Outcome<void> {
    const auto in = input_arrays(inputs, input_count);
    if (!in) return hand_on(in);
    const auto out = output_arrays(outputs, output_count);
    if (!out) return hand_on(out);
    return run(object, *in, *out);
  });
}

mattock_status mattock_session_layers(mattock_session session, const mattock_array* inputs, size_t input_count,
                                      mattock_visitor visit, void* user, mattock_error* error) {
  return with_session(session, error, [&](SessionObject& object) -> Outcome<void> {
    if (visit == nullptr) return refuse(MATTOCK_USAGE, "visit is NULL");
    const auto in = input_arrays(inputs, input_count);
    if (!in) return hand_on(in);
    if (const auto ran = execute(object, *in, {.keep_layers = true}); !ran) return ran;
    const auto layers = std::exchange(object.report.layers, {});
    for (const Layer& layer : layers) show(visit, user, object.session.model().tensors[layer.tensor].name, layer.array);
    return {};
  });
}

mattock_status mattock_session_output(mattock_session session, size_t index, const mattock_array* array,
                                      mattock_error* error) {
  return with_session(session, error, [&](SessionObject& object) -> Outcome<void> {
    const auto views = output_arrays(array, 1);
    if (!views) return hand_on(views);
    const auto read = object.session.read_output(index, views->front());
    if (!read) return refuse(read);
    return {};
  });
}

mattock_status mattock_session_warnings(mattock_session session, char* buffer, size_t capacity, size_t* needed,
                                        mattock_error* error) {
  return text_of_run(session, buffer, capacity, needed, error, [](const RunReport& report) {
    std::string text;
    for (const std::string& warning : report.warnings) text += (text.empty() ? "" : "\n") + warning;
    return text;
  });
}

mattock_status mattock_session_report(mattock_session session, char* buffer, size_t capacity, size_t* needed,
                                      mattock_error* error) {
  return text_of_run(session, buffer, capacity, needed, error, [](const RunReport& report) {
    return session::to_json(report).dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  });
}
