//! `run --dry-run`: what would be played, what would be kept, and how long that may take at most.

use std::io::{self, Write};

use crate::report::plural;
use crate::runner::{Kept, Playlist};

/// Tells the plays of `playlist`, each with its time limit unless it is kept, and the sum of all limits.
pub(super) fn tell(
    playlist: &Playlist,
    kept: &Kept,
    time_limit: Option<u64>,
    out: &mut impl Write,
) -> io::Result<u8> {
    let names: Vec<String> = playlist
        .plays
        .iter()
        .map(|play| playlist.name(play))
        .collect();
    let width = names.iter().map(String::len).max().unwrap_or_default();
    let (mut plays, mut outcomes, mut seconds) = (0, 0, 0_u64);
    for (play, name) in playlist.plays.iter().zip(&names) {
        if kept.has(name) {
            writeln!(out, "{name:width$}  {:>13}", "kept")?;
            continue;
        }
        let limit = time_limit.unwrap_or(play.case.time_limit);
        let iterations = u64::from(play.case.iterations);
        let times = match iterations {
            1 => String::new(),
            more => format!("{more} x "),
        };
        writeln!(out, "{name:width$}  {times:>6}{limit:>5} s")?;
        plays += 1;
        outcomes += play.outcomes();
        seconds += iterations * limit;
    }
    let word = plural(plays, "play", "plays");
    let several = if outcomes == plays {
        String::new()
    } else {
        format!(" with up to {outcomes} outcomes")
    };
    let kept = match kept.count() {
        0 => String::new(),
        count => format!(", and {count} kept"),
    };
    let (minutes, rest) = (seconds / 60, seconds % 60);
    let sum = match minutes {
        0..60 => format!("{minutes} min {rest} s"),
        _ => format!("{} h {} min", minutes / 60, minutes % 60),
    };
    writeln!(
        out,
        "{plays} {word}{several}{kept}; the time limits come to {sum}"
    )?;
    Ok(0)
}
