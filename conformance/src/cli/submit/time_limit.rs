//! Time limits as Slurm reads them.

/// Seconds of a minute, by which Slurm counts, and ahead of the limit a shard is told to end its plays.
const MINUTE: u64 = 60;

/// What has no limit.
const UNLIMITED: [&str; 2] = ["infinite", "unlimited"];

const FORMS: &str = "write MINUTES, MINUTES:SECONDS, HOURS:MINUTES:SECONDS, or DAYS-HOURS with :MINUTES and :SECONDS behind it";

/// A limit in which a shard can play something.
pub(super) fn time_limit(text: &str) -> Result<String, String> {
    if UNLIMITED.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return Ok(text.to_owned());
    }
    match seconds(text) {
        None => Err(FORMS.to_owned()),
        Some(0) => Err("it means no limit to Slurm; leave it away, or write unlimited".to_owned()),
        Some(seconds) if seconds <= MINUTE => Err(format!(
            "it is {seconds} s; Slurm counts by minutes, and a minute ahead of its limit a shard is told to end its plays: \
             give it more than one ({FORMS})"
        )),
        Some(_) => Ok(text.to_owned()),
    }
}

/// How long it is; nothing where Slurm would not take it. No field has a bound: 90 minutes are one and a half hours.
fn seconds(text: &str) -> Option<u64> {
    let (days, rest) = match text.split_once('-') {
        Some((days, rest)) => (Some(number(days)?), rest),
        None => (None, text),
    };
    let fields = rest.split(':').map(number).collect::<Option<Vec<u64>>>()?;
    let (hours, minutes, seconds) = match (days, fields.as_slice()) {
        (None, [minutes]) => (0, *minutes, 0),
        (None, [minutes, seconds]) => (0, *minutes, *seconds),
        (Some(_), [hours]) => (*hours, 0, 0),
        (Some(_), [hours, minutes]) => (*hours, *minutes, 0),
        (_, [hours, minutes, seconds]) => (*hours, *minutes, *seconds),
        _ => return None,
    };
    let hours = days.unwrap_or(0).saturating_mul(24).saturating_add(hours);
    let minutes = hours.saturating_mul(60).saturating_add(minutes);
    Some(minutes.saturating_mul(MINUTE).saturating_add(seconds))
}

fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_slurm_are_taken() {
        for (text, expected) in [
            ("30", 1_800),
            ("90:30", 5_430),
            ("02:00:00", 7_200),
            ("1-0", 86_400),
            ("1-2:03", 93_780),
            ("1-02:03:04", 93_784),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
            assert!(time_limit(text).is_ok(), "{text}");
        }
        assert!(time_limit("UNLIMITED").is_ok());
        for text in ["", "1h", "1:2:3:4", "1-", "-1", "1-2-3", "1:", "+1", "2 h"] {
            assert_eq!(seconds(text), None, "{text}");
            assert!(
                time_limit(text).unwrap_err().contains("MINUTES:SECONDS"),
                "{text}"
            );
        }
    }

    #[test]
    fn a_shard_needs_more_than_the_minute_ahead_of_its_end() {
        for text in ["00:30", "1", "00:01:00", "0-0:0:59"] {
            let told = time_limit(text).unwrap_err();
            assert!(told.contains("Slurm counts by minutes"), "{text}: {told}");
        }
        assert!(time_limit("0").unwrap_err().contains("no limit"));
        assert!(time_limit("00:00").is_err());
        assert!(time_limit("00:01:01").is_ok());
    }
}
