//! The entry point around the bindings: it makes handlers methods of the class that the platform calls, and recreates
//! objects after a panic.

/// The shim of `worker-build` 0.8.7 (Apache-2.0), which exists only as a program. `$HANDLERS` is a placeholder.
const SHIM: &str = include_str!("shim.js");

/// The handlers that the platform calls with an argument, an environment and a context.
const EVENTS: [&str; 5] = ["connect", "email", "fetch", "queue", "scheduled"];

/// Exports of the bindings for the shim itself.
const INTERNAL: [&str; 2] = ["__wbg_reset_state", "__worker_init_state"];

/// The shim of a module of bindings.
pub(crate) fn of(module: &str) -> String {
    let handlers: String = exported(module, &["function", "async function"])
        .filter(|name| !INTERNAL.contains(name))
        .map(handler)
        .collect();
    let objects: String = exported(module, &["class"]).map(object).collect();
    SHIM.replace("$HANDLERS", &handlers) + &objects
}

/// The names that the module exports as one of the `kinds`.
fn exported<'a>(module: &'a str, kinds: &'a [&str]) -> impl Iterator<Item = &'a str> {
    module.lines().filter_map(|line| {
        let declaration = line.strip_prefix("export ")?;
        let name = kinds.iter().find_map(|kind| declaration.strip_prefix(kind)?.strip_prefix(' '))?;
        name.split([' ', '(', '{']).find(|word| !word.is_empty())
    })
}

fn handler(name: &str) -> String {
    if EVENTS.contains(&name) {
        format!(
            "Entrypoint.prototype.{name} = function {name} (arg) {{\n  return exports.{name}.call(this, arg, this.env, \
             this.ctx);\n}}\n"
        )
    } else {
        format!("Entrypoint.prototype.{name} = exports.{name};\n")
    }
}

fn object(name: &str) -> String {
    format!("export const {name} = new Proxy(exports.{name}, classProxyHooks);\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODULE: &str = "import source wasmModule from \"./index_bg.wasm\";
export class Inbox {
    alarm() {}
}
export function fetch(req, env, ctx) {
export function warm_up() {
export function __worker_init_state() {
function exported_not() {
";

    /// If this fails, compare the shim with the one of the new `worker-build`.
    #[test]
    fn the_shim_belongs_to_the_version_of_the_library() {
        let lock = include_str!("../../../Cargo.lock");
        assert!(lock.contains("name = \"worker\"\nversion = \"0.8.7\"\n"));
    }

    #[test]
    fn handlers_and_objects_are_handed_to_the_platform() {
        let shim = of(MODULE);
        assert!(shim.contains("Entrypoint.prototype.fetch = function fetch (arg) {"), "{shim}");
        assert!(shim.contains("Entrypoint.prototype.warm_up = exports.warm_up;\n"), "{shim}");
        assert!(shim.ends_with("export const Inbox = new Proxy(exports.Inbox, classProxyHooks);\n"), "{shim}");
        for absent in ["$HANDLERS", "prototype.__worker_init_state", "exported_not", "alarm"] {
            assert!(!shim.contains(absent), "{absent}");
        }
    }
}
