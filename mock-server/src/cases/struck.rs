//! Cases that name a kind of fault: what breaks, and how the preflight then ends, follow from it.

use toml::{Table, Value};

use super::{CaseFileError, invalid};
use crate::fault::{Kind, When, kind, kinds};

/// The key that names a kind of fault.
pub(super) const KIND: &str = "fault_kind";

/// The key that names the path of the GET that is struck.
const PROBE: &str = "probe";

/// The key that says when it is struck.
const WHEN: &str = "fault_when";

/// The key that the fault is worked into.
const FAULTS: &str = "faults";

/// How much a name must resemble a kind to be taken for a slip.
const LIKENESS: f64 = 0.8;

/// Replaces `fault_kind`, `probe` and `fault_when` by `faults`, and by `expect` where that follows
/// and is not given.
pub(super) fn work_in(file: &str, keys: &mut Table) -> Result<(), CaseFileError> {
    let (name, probe, when) = (keys.remove(KIND), keys.remove(PROBE), keys.remove(WHEN));
    if name.is_none() && probe.is_none() && when.is_none() {
        return Ok(());
    }
    if keys.contains_key(FAULTS) {
        return Err(invalid(file, format!("give either `{KIND}` or `{FAULTS}`")));
    }
    let wrong = |problem| invalid(file, problem);
    let struck = Struck::read(name, probe, when).map_err(wrong)?;
    let fault = struck.fault().map_err(wrong)?;
    keys.insert(FAULTS.to_owned(), Value::Array(vec![fault]));
    if struck.decides_first_call() && !keys.contains_key("expect") {
        let preflight = Value::from(struck.ending());
        let expect = Table::from_iter([("preflight".to_owned(), preflight)]);
        keys.insert("expect".to_owned(), expect.into());
    }
    Ok(())
}

/// What is struck, by what, and when.
struct Struck {
    kind: Kind,
    probe: String,
    when: When,
}

impl Struck {
    fn read(
        name: Option<Value>,
        probe: Option<Value>,
        when: Option<Value>,
    ) -> Result<Self, String> {
        let Some(Value::String(name)) = name else {
            return Err(format!("`{PROBE}` and `{WHEN}` need a `{KIND}`, a name"));
        };
        let kind = kind(&name).ok_or_else(|| unknown(&name))?;
        if kind.takes_server_down() {
            return Err(format!(
                "`{name}` takes the whole server down; give `{FAULTS} = [{{ action = \"refuse\" }}]`"
            ));
        }
        let Some(Value::String(probe)) = probe else {
            return Err(format!("`{KIND}` needs a `{PROBE}`, the path of a GET"));
        };
        let when = when.map_or(Ok(When::default()), |when| {
            when.try_into()
                .map_err(|error| format!("`{WHEN}`: {error}"))
        })?;
        Ok(Self { kind, probe, when })
    }

    /// The fault as it would be written in a case file.
    fn fault(&self) -> Result<Value, String> {
        let fault = self.kind.fault("GET", &self.probe).when(self.when.clone());
        fault.check()?;
        Value::try_from(fault).map_err(|error| error.to_string())
    }

    /// Whether the first call is always struck, which is the one that decides.
    fn decides_first_call(&self) -> bool {
        let first = When {
            first: self.when.first,
            ..When::default()
        };
        self.when == first
    }

    fn ending(&self) -> &'static str {
        if self.kind.fails() {
            "failed"
        } else {
            "passed"
        }
    }
}

fn unknown(name: &str) -> String {
    let all = kinds();
    let likeness = |kind: &Kind| strsim::jaro_winkler(kind.name, name);
    let nearest = all
        .iter()
        .filter(|kind| likeness(kind) > LIKENESS)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    if let Some(near) = nearest {
        return format!("unknown {KIND} `{name}`; did you mean `{}`?", near.name);
    }
    let names: Vec<&str> = all.iter().map(|kind| kind.name).collect();
    format!("unknown {KIND} `{name}`; there are: {}", names.join(", "))
}
