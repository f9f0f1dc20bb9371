//! Reads any bytes as a case file. Nothing may panic, what is wrong is told with a place that lies in the
//! text, and what one program takes the other takes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wild_conformance::case;
use wild_mock_server::cases::{self, CaseFileError};
use wild_mock_server::scenario::Scenario;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    match cases::read("case.toml", &text) {
        Ok(read) => both_take_it(&text, read.len()),
        Err(CaseFileError::Problems { problems, .. }) => {
            let lines = text.split('\n').count();
            for problem in problems {
                let line = problem.place.map_or(1, |(line, _)| line);
                assert!((1..=lines).contains(&line), "{problem}");
            }
        }
        Err(_) => {}
    }
});

fn both_take_it(text: &str, cases: usize) {
    let file = tempfile::Builder::new().suffix(".toml").tempfile();
    let file = file.expect("the disk is full");
    std::fs::write(file.path(), text).expect("the disk is full");
    let loaded = case::load_file(file.path()).expect("the other program refuses it");
    assert_eq!(loaded.len(), cases);
    if cases == 1 {
        let path = file.path().to_str().expect("a temporary path is text");
        Scenario::load(path).expect("it cannot be served");
    }
}
