// The tensors of a module while it is made: which values of the graph exist already, in which storage, and the copies
// that turn one storage into another.
#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/view.hpp"
#include "lower/lower.hpp"

namespace mattock::lower {

/// A value lies in rows: its last dimension is the columns, all others together are the rows.
struct Storage {
  std::size_t tensor = 0;  ///< index in Module.tensors
  std::size_t rows = 1, columns = 1, pitch = 1;
  std::size_t padded_rows = 1;  ///< rows beyond `rows` are there and zero

  bool dense() const { return pitch == columns || rows == 1; }
  std::size_t line_bytes() const { return pitch * 2; }
};

using ValueId = std::size_t;  ///< the graph's tensors, and behind them those that lowering makes

struct Value {
  Value(std::string its_name, Shape its_shape) : name(std::move(its_name)), shape(std::move(its_shape)) {}

  std::string name;
  Shape shape;
  const Array* constant = nullptr;
  std::vector<Storage> storages;
  bool is_output = false;
  /// It is `source` with its dimensions exchanged, and is made when somebody asks for it.
  std::optional<ValueId> turned_from;
  std::vector<std::size_t> perm;
  std::optional<ValueId> turned;  ///< this value with its last two dimensions exchanged

  bool exists() const { return constant != nullptr || !storages.empty() || turned_from.has_value(); }
  std::size_t columns() const { return shape.empty() ? 1 : static_cast<std::size_t>(shape.back()); }
  std::size_t rows() const { return shape.empty() ? 1 : element_count(shape) / columns(); }
};

class Values {
 public:
  Values(const graph::Graph& graph, Module& module);

  Value& operator[](ValueId id) { return values_[id]; }
  ValueId make(const std::string& name, Shape shape);
  ValueId make_constant(const std::string& name, Array array);
  /// `name`, or with a number behind it if something is called that already; nothing else will be.
  std::string unused(const std::string& name);
  /// Whether constants may still be broadcast here, to so many elements more: a short file may ask for any number.
  bool may_expand(std::size_t elements);

  /// Row-major without gaps.
  Storage dense(ValueId id);
  /// The same in a tensor of the value's own shape, for host nodes.
  std::size_t plain(ValueId id);
  /// Rows whose pitch is a multiple of 4, or exactly `pitch`; what lies beyond the columns is finite or zero. At least
  /// `padded_rows` rows, those beyond the value's own zero.
  Storage rows(ValueId id, std::size_t pitch = 0, std::size_t padded_rows = 0);
  /// The last two dimensions exchanged.
  ValueId turned(ValueId id);

  /// Where a task may write the value: the model's output if `pitch` leaves no gap there, else an intermediate.
  Storage place(ValueId id, std::size_t pitch);
  /// `other` is the same numbers in the same order under another shape.
  void alias(ValueId id, ValueId source);

  /// `id` is `source` with its dimensions exchanged; done when somebody asks.
  void transpose(ValueId id, ValueId source, const std::vector<std::size_t>& perm);
  /// `id` and `other` are each other's, last two dimensions exchanged.
  void turn_back(ValueId id, ValueId other);
  /// An operand that broadcasts to a result of `rank` dimensions, for the result turned.
  ValueId turned_operand(ValueId id, std::size_t rank);

  std::size_t add_tensor(Tensor tensor);
  std::size_t add_constant(const std::string& name, std::vector<std::byte> data, DType dtype, Shape shape);
  Node& add_node(std::string op, const std::string& name, std::vector<std::size_t> inputs,
                 std::vector<std::size_t> outputs);
  /// Makes every output of the graph an output of the module.
  void finish(const graph::Graph& graph);

 private:
  void realise(ValueId id);
  Storage constant_rows(ValueId id, std::size_t pitch, std::size_t padded_rows);
  Storage copied(ValueId id, std::size_t pitch, std::size_t padded_rows, std::optional<std::size_t> into = {});
  /// Keeps an array of our own as long as the module needs it.
  const Array* keep(Array array);
  std::size_t shape_constant(const std::string& name, const Shape& shape);
  std::size_t plain_tensor(const std::string& name, Role role, const Shape& shape);

  Module& module_;
  std::deque<Value> values_;  // references to values stay good while others are made
  std::set<std::string> names_;
  std::size_t expanded_ = 0;  // elements
};

/// Of fp16 rows, and an atom more: a product reads an operand in steps of 8 columns, so behind the last row, too.
std::size_t rows_bytes(std::size_t rows, std::size_t pitch);

}  // namespace mattock::lower
