//! `run --dry-run`: what would be played, and how long that may take at most.

use std::io::{self, Write};

use crate::runner::Playlist;

/// Tells the plays of `playlist`, each with its time limit, and the sum of all limits.
pub(super) fn tell(
    playlist: &Playlist,
    time_limit: Option<u64>,
    out: &mut impl Write,
) -> io::Result<u8> {
    let names: Vec<String> = playlist
        .plays
        .iter()
        .map(|play| playlist.name(play))
        .collect();
    let width = names.iter().map(String::len).max().unwrap_or_default();
    let (mut plays, mut seconds) = (0_u64, 0_u64);
    for (play, name) in playlist.plays.iter().zip(&names) {
        let limit = time_limit.unwrap_or(play.case.time_limit);
        let iterations = u64::from(play.case.iterations);
        let times = match iterations {
            1 => String::new(),
            more => format!("{more} x "),
        };
        writeln!(out, "{name:width$}  {times:>6}{limit:>5} s")?;
        plays += iterations;
        seconds += iterations * limit;
    }
    let word = if plays == 1 { "play" } else { "plays" };
    let (minutes, rest) = (seconds / 60, seconds % 60);
    writeln!(
        out,
        "{plays} {word}; the time limits come to {minutes} min {rest} s"
    )?;
    Ok(0)
}
