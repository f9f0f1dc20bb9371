//! Quantities as Kubernetes writes them: a number, and behind it what scales it.

use super::names;

/// What scales by ten, with the power.
const DECIMAL: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];

/// What scales by two, with the power.
const BINARY: [(&str, i32); 6] = [
    ("Ki", 10),
    ("Mi", 20),
    ("Gi", 30),
    ("Ti", 40),
    ("Pi", 50),
    ("Ei", 60),
];

/// The largest quantity that there is.
const MOST: f64 = 9_223_372_036_854_775_808.0;

/// The least part of a processor that can be asked for.
const LEAST_PROCESSOR: f64 = 0.001;

/// More processors than a machine has: memory was meant.
const MOST_PROCESSORS: f64 = 1e6;

/// Fewer bytes than anything runs in: a unit was forgotten, or a small letter taken for a large one.
const FEWEST_BYTES: f64 = 1024.0 * 1024.0;

/// What it comes to; nothing where it is no quantity.
fn amount(text: &str) -> Option<f64> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let (number, suffix) = text.split_at(text.find(|c: char| !is_number(c)).unwrap_or(text.len()));
    let number: f64 = number.parse().ok()?;
    let amount = number * scale(suffix)?;
    (amount <= MOST).then_some(amount)
}

fn scale(suffix: &str) -> Option<f64> {
    let of = |all: &[(&str, i32)]| {
        let own = all.iter().find(|(own, _)| *own == suffix);
        own.map(|(_, power)| *power)
    };
    let exponent = || suffix.strip_prefix(['e', 'E'])?.parse().ok();
    let binary = of(&BINARY).map(|power| 2_f64.powi(power));
    binary.or_else(|| Some(10_f64.powi(of(&DECIMAL).or_else(exponent)?)))
}

/// A number of processors.
pub(super) fn processors(text: &str) -> Result<String, String> {
    let is_some = |amount: &f64| (LEAST_PROCESSOR..MOST_PROCESSORS).contains(amount);
    match amount(text).filter(is_some) {
        Some(_) => Ok(text.to_owned()),
        None => Err(
            "write a number of processors, such as 2, 0.5 or 500m (thousandths), 1m at least"
                .to_owned(),
        ),
    }
}

/// A number of bytes.
pub(super) fn bytes(text: &str) -> Result<String, String> {
    let how = "write a number of bytes, such as 512Mi or 4Gi: Ki, Mi, Gi, Ti, Pi and Ei count by 1024, k, M, G, T, P and E \
               by 1000";
    match amount(text) {
        None => Err(how.to_owned()),
        Some(amount) if amount < FEWEST_BYTES => Err(format!(
            "it is {amount} bytes, which nothing runs in; {how}"
        )),
        Some(_) => Ok(text.to_owned()),
    }
}

/// A resource and how much of it there is at most: `RESOURCE=QUANTITY`.
pub(super) fn limit(text: &str) -> Result<(String, String), String> {
    let (resource, quantity) = text
        .split_once('=')
        .ok_or("write RESOURCE=QUANTITY, such as nvidia.com/gpu=1")?;
    let quantity = match resource {
        "cpu" => processors(quantity),
        "memory" | "ephemeral-storage" => bytes(quantity),
        name if name.starts_with("hugepages-") => bytes(quantity),
        name if names::is_extended(name) => devices(quantity),
        _ => Err(
            "the resource is cpu, memory, ephemeral-storage or hugepages-SIZE, or a device with its domain, such as \
             nvidia.com/gpu"
                .to_owned(),
        ),
    };
    Ok((resource.to_owned(), quantity?))
}

/// Whether the first quantity is less than the second; not where one is none.
pub(super) fn is_below(text: &str, other: &str) -> bool {
    (amount(text).zip(amount(other))).is_some_and(|(own, other)| own < other)
}

/// A number of devices, of which there are no parts.
fn devices(text: &str) -> Result<String, String> {
    let is_whole = |amount: &f64| *amount >= 0.0 && amount.fract() == 0.0;
    match amount(text).filter(is_whole) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write a whole number of devices, such as 1".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_that_of_kubernetes() {
        for (text, expected) in [
            ("2", 2.0),
            ("+2", 2.0),
            (".5", 0.5),
            ("1.", 1.0),
            ("500m", 0.5),
            ("2k", 2e3),
            ("1E", 1e18),
            ("1e3", 1e3),
            ("1E-3", 1e-3),
            ("1Ki", 1024.0),
            ("1.5Gi", 1_610_612_736.0),
        ] {
            let told = amount(text).unwrap();
            assert!(
                (told - expected).abs() <= expected * 1e-12,
                "{text}: {told}"
            );
        }
        for text in [
            "", "-1", "1.2.3", ".", "GiB", "1GB", "1gi", "1 Gi", "1K", "1e", "1e1.5", "1eK", "inf",
            "NaN", "0x1", "1,5", "16Ei", "1e400", "++1",
        ] {
            assert_eq!(amount(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_asked_for_makes_sense() {
        for text in ["1", "0.5", "500m", "64"] {
            assert!(processors(text).is_ok(), "{text}");
        }
        for text in ["0", "0.5m", "two", "4Gi"] {
            assert!(processors(text).is_err(), "{text}");
        }
        for text in ["4Gi", "512Mi", "2G", "2e9"] {
            assert!(bytes(text).is_ok(), "{text}");
        }
        assert!(bytes("8g").unwrap_err().contains("4Gi"));
        // Thousandths of a byte.
        let told = bytes("512m").unwrap_err();
        assert!(told.contains("it is 0.512 bytes"), "{told}");
        for (text, is_one) in [
            ("nvidia.com/gpu=1", true),
            ("cpu=4", true),
            ("ephemeral-storage=10Gi", true),
            ("hugepages-2Mi=1Gi", true),
            ("nvidia.com/gpu=1.5", false),
            ("nvidia.com/gpu=500m", false),
            ("nvidia.com/gpu=", false),
            ("nvidia.com/gpu=-1", false),
            ("memory=1", false),
            ("gpu=1", false),
            ("=1", false),
            ("nvidia.com/gpu", false),
        ] {
            assert_eq!(limit(text).is_ok(), is_one, "{text}");
        }
    }

    #[test]
    fn quantities_are_compared_by_what_they_come_to() {
        for (own, other, is_below_it) in [
            ("500m", "1", true),
            ("1000m", "1", false),
            ("1Gi", "1G", false),
            ("1G", "1Gi", true),
            ("x", "1", false),
        ] {
            assert_eq!(is_below(own, other), is_below_it, "{own} {other}");
        }
    }
}
