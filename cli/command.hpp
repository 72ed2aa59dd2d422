// The commands of the program. Each stands in a file of its own and registers itself with one function: options,
// help with examples, and the work as the subcommand's callback, which leaves the exit status in `status`.
#pragma once

namespace CLI {
class App;
}

namespace mattock::cli {

void register_check(CLI::App& app, int& status);
void register_convert(CLI::App& app, int& status);
void register_devices(CLI::App& app, int& status);
void register_disassemble(CLI::App& app, int& status);
void register_doctor(CLI::App& app, int& status);
void register_emulate(CLI::App& app, int& status);
void register_estimate(CLI::App& app, int& status);
void register_export(CLI::App& app, int& status);
void register_inspect(CLI::App& app, int& status);
void register_matmul(CLI::App& app, int& status);
void register_probe(CLI::App& app, int& status);
void register_run(CLI::App& app, int& status);
void register_replay(CLI::App& app, int& status);

}  // namespace mattock::cli
