//! Answers on disk, bound to what they were given for.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::question::{Nearby, Question};
use crate::door;
use crate::format::ADJUDICATION;
use crate::secrets::Secrets;
use crate::verdict::{Answer, Settler};

/// Largest file that is read, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Name of the folder beside the evidence of plays.
const FOLDER: &str = "adjudications";

/// Answers that were given, and the file that keeps them.
#[derive(Debug)]
pub struct Kept {
    file: Option<PathBuf>,
    digest: String,
    answers: Vec<KeptAnswer>,
    /// How many answers the file has that were given for something else.
    pub(super) strangers: usize,
}

/// An answer with what it was given for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeptAnswer {
    pub(super) code: String,
    pub(super) question: String,
    pub(super) nearest: Option<Nearby>,
    pub(super) answer: Answer,
    pub(super) quotation: Option<String>,
    pub(super) clause: Option<usize>,
    pub(super) by: Settler,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    digest: String,
    answers: Vec<KeptAnswer>,
}

/// Why answers cannot be used or kept.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The file is there and cannot be read.
    #[error("cannot read the answers {}: {source}", file.display())]
    Read {
        /// Its path.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not what it should be.
    #[error("the answers {} are not valid: {problem}; correct the file or remove it", file.display())]
    Invalid {
        /// Its path.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// The file cannot be written.
    #[error("cannot keep the answers in {}: {source}", file.display())]
    Write {
        /// Its path.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Where the answers on the evidence in `folder` are kept.
pub fn beside(folder: &Path) -> PathBuf {
    // `.` and `..` have neither a name nor a parent of their own.
    let named = match folder.file_name() {
        Some(_) => folder.to_owned(),
        None => std::fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned()),
    };
    let mut name = named.file_name().map_or_else(OsString::new, OsString::from);
    name.push(".json");
    named.with_file_name(FOLDER).join(name)
}

impl Kept {
    /// The answers that `file` has for what has this digest. Without a file, or where there is none
    /// yet, there are no answers.
    ///
    /// # Errors
    /// Fails when the file cannot be read or is not what it should be.
    pub fn open(file: Option<&Path>, digest: String) -> Result<Self, KeptError> {
        let mut kept = Self {
            file: file.map(Path::to_owned),
            digest,
            answers: Vec::new(),
            strangers: 0,
        };
        let Some(found) = file.map(read).transpose()?.flatten() else {
            return Ok(kept);
        };
        if found.digest == kept.digest {
            kept.answers = found.answers;
        } else {
            kept.strangers = found.answers.len();
        }
        Ok(kept)
    }

    /// The answer to a question, and its place among the answers.
    pub(super) fn find(&self, question: &Question) -> Option<(usize, &KeptAnswer)> {
        let mut answers = self.answers.iter().enumerate();
        answers.find(|(_, answer)| answer.fits(question))
    }

    pub(super) fn answers(&self) -> &[KeptAnswer] {
        &self.answers
    }

    /// Puts an answer in the place of what was answered before.
    pub(super) fn put(&mut self, question: &Question, answer: KeptAnswer) {
        self.answers.retain(|other| !other.fits(question));
        self.answers.push(answer);
    }

    /// Writes the file, where there is one.
    pub(super) fn save(&mut self) -> Result<(), KeptError> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let key = |a: &KeptAnswer| {
            let line = a.nearest.as_ref().and_then(|nearest| nearest.line);
            (a.code.clone(), line, a.question.clone())
        };
        self.answers.sort_by_key(key);
        let content = File {
            format: ADJUDICATION.newest,
            digest: self.digest.clone(),
            answers: self.answers.clone(),
        };
        write(file, &content).map_err(|source| KeptError::Write {
            file: file.clone(),
            source,
        })
    }
}

impl KeptAnswer {
    fn fits(&self, question: &Question) -> bool {
        self.code == question.code
            && self.question == question.question
            && self.nearest == question.nearest
    }
}

fn read(file: &Path) -> Result<Option<File>, KeptError> {
    let failed = |source| KeptError::Read {
        file: file.to_owned(),
        source,
    };
    let invalid = |problem: String| KeptError::Invalid {
        file: file.to_owned(),
        problem,
    };
    let bytes = match door::read_regular(file, LARGEST) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        read => read.map_err(failed)?,
    };
    let bytes = bytes.ok_or_else(|| invalid(format!("it has more than {LARGEST} bytes")))?;
    ADJUDICATION
        .of(&bytes)
        .map_err(|error| invalid(error.to_string()))?;
    let found = serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?;
    Ok(Some(found))
}

/// Readers see the old file or the new one.
fn write(file: &Path, content: &File) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(content)?;
    text.push(b'\n');
    Secrets::of_this_process().cover(&mut text);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut draft = file.as_os_str().to_owned();
    draft.push(".new");
    std::fs::write(&draft, text)?;
    std::fs::rename(&draft, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str) -> Question {
        Question {
            id: "REF005-1".to_owned(),
            code: "REF005",
            question: "Is it so?".to_owned(),
            nearest: Some(Nearby {
                line: Some(3),
                text: text.to_owned(),
            }),
            clause: Some(1),
        }
    }

    fn answer(text: &str) -> KeptAnswer {
        let question = question(text);
        KeptAnswer {
            code: question.code.to_owned(),
            question: question.question,
            nearest: question.nearest,
            answer: Answer::NotMet,
            quotation: None,
            clause: None,
            by: Settler::Person,
        }
    }

    #[test]
    fn answers_are_bound_to_digest_question_and_sentence() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("deep/answers.json");
        let open = |digest: &str| Kept::open(Some(&file), digest.to_owned()).unwrap();
        let mut kept = open("d1");
        assert!(kept.find(&question("one")).is_none());
        kept.put(&question("one"), answer("one"));
        kept.put(&question("one"), answer("one"));
        kept.save().unwrap();
        let again = open("d1");
        assert_eq!(again.answers().len(), 1);
        assert!(again.find(&question("one")).is_some());
        assert!(again.find(&question("two")).is_none());
        let other = Question {
            code: "REF006",
            ..question("one")
        };
        assert!(again.find(&other).is_none());
        let stale = open("d2");
        assert!(stale.find(&question("one")).is_none());
        assert_eq!(stale.strangers, 1);
    }

    #[test]
    fn a_broken_file_is_refused_and_none_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("answers.json");
        let message = |text: &str| {
            std::fs::write(&file, text).unwrap();
            let opened = Kept::open(Some(&file), String::new());
            opened.unwrap_err().to_string()
        };
        assert!(message("answers: none").contains("not valid"));
        let later = r#"{"format": 2, "digest": "", "answers": []}"#;
        assert!(message(later).contains("adjudication format 2 is newer"));
        let message = Kept::open(Some(dir.path()), String::new()).unwrap_err();
        assert!(message.to_string().contains("cannot read"));
        assert!(
            Kept::open(None, String::new())
                .unwrap()
                .answers()
                .is_empty()
        );
    }

    #[test]
    fn a_file_of_every_form_is_read_whole() {
        let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/formats");
        for form in ADJUDICATION.oldest..=ADJUDICATION.newest {
            let file = formats.join(format!("adjudication/v{form}/plan.json"));
            let saved: serde_json::Value =
                serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
            let digest = saved["digest"].as_str().unwrap().to_owned();
            let kept = Kept::open(Some(&file), digest).unwrap();
            assert!(!kept.answers.is_empty());
            assert_eq!(
                serde_json::to_value(&kept.answers).unwrap(),
                saved["answers"]
            );
        }
    }

    #[test]
    fn the_file_stands_beside_the_folder_of_the_play() {
        let file = beside(Path::new("/nowhere/out/abort-docs-503"));
        assert_eq!(
            file,
            Path::new("/nowhere/out/adjudications/abort-docs-503.json")
        );
        let here = beside(Path::new("."));
        let name = std::env::current_dir().unwrap();
        let expected = format!("{}.json", name.file_name().unwrap().display());
        assert!(here.ends_with(Path::new(FOLDER).join(expected)), "{here:?}");
        assert_eq!(
            beside(Path::new("case/")),
            Path::new("adjudications/case.json")
        );
    }
}
