//! What an adapter tells of a conversation: a readable account of all of it, and the final text.

use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

use super::speech::{FinalText, LONGEST_ID, cut};
use crate::agent::streams::Accounts;
use crate::usage::Usage;

/// How much may wait to be written to disk, in bytes.
const WAITING: usize = 64 * 1024;

/// Longest input or output of a tool in the account, in bytes.
const LONGEST_DETAIL: usize = 64 * 1024;

/// Takes down a conversation.
pub(super) struct Account {
    answer: DuplexStream,
    session: DuplexStream,
    text: FinalText,
    /// Who is speaking, so that pieces of one message stand together.
    speaker: Option<&'static str>,
    /// What was last said of a tool, which is told again with every word of it.
    last: Known,
    usage: Option<Usage>,
}

#[derive(Debug, Default)]
struct Known {
    id: String,
    title: Option<String>,
    status: Option<String>,
    input: Option<String>,
}

/// What a tool is said to do.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tool<'a> {
    pub(super) id: &'a str,
    /// What kind of tool it is, or what it was called with.
    pub(super) title: Option<&'a str>,
    pub(super) status: Option<&'a str>,
    pub(super) input: Option<String>,
    pub(super) output: Option<String>,
}

impl Account {
    /// An account, and where it is to be read.
    pub(super) fn open() -> (Self, Accounts) {
        let (answer, read_answer) = duplex(WAITING);
        let (session, read_session) = duplex(WAITING);
        let account = Self {
            answer,
            session,
            text: FinalText::default(),
            speaker: None,
            last: Known::default(),
            usage: None,
        };
        let accounts = Accounts {
            answer: read_answer,
            session: read_session,
        };
        (account, accounts)
    }

    /// The agent says something, as a piece of the message of that name.
    pub(super) async fn say(&mut self, message: Option<&str>, text: &str) {
        let is_new = self.text.say(message, text);
        if is_new && self.speaker.take().is_some() {
            self.write("\n").await;
        }
        self.speak("agent", text).await;
    }

    /// The agent thinks aloud. That is never its answer.
    pub(super) async fn think(&mut self, text: &str) {
        self.speak("thought", text).await;
    }

    /// A tool begins, goes on or ends.
    pub(super) async fn tool(&mut self, tool: &Tool<'_>) {
        self.text.tool(tool.id, tool.status);
        let news = self.last.news_of(tool);
        if news == Tool::default() && tool.output.is_none() {
            return;
        }
        let mut line = format!("tool {}", cut(tool.id, LONGEST_ID));
        for (before, word) in [(": ", news.title), (" - ", news.status)] {
            if let Some(word) = word {
                line.push_str(before);
                line.push_str(word);
            }
        }
        for (name, detail) in [("input", &news.input), ("output", &tool.output)] {
            if let Some(detail) = detail {
                line.push_str("\n  ");
                line.push_str(name);
                line.push_str(": ");
                line.push_str(&shortened(detail));
            }
        }
        self.note(&line).await;
    }

    /// Something else of the conversation, a line or several.
    pub(super) async fn note(&mut self, line: &str) {
        let start = if self.speaker.take().is_some() {
            "\n"
        } else {
            ""
        };
        self.write(&format!("{start}{line}\n")).await;
    }

    /// A final text that is known otherwise than piece by piece.
    pub(super) fn answer(&mut self, text: &str) {
        self.text.replace(text);
    }

    /// What the program says that the conversation cost so far, in place of what it said before.
    pub(super) fn costs(&mut self, usage: Usage) {
        self.usage = Some(usage);
    }

    /// What it was last said to cost.
    pub(super) fn cost(&self) -> Option<Usage> {
        self.usage
    }

    /// Writes the final text and closes the account; tells what the conversation cost.
    pub(super) async fn close(mut self) -> Option<Usage> {
        if self.speaker.is_some() {
            self.write("\n").await;
        }
        // A reader that is gone has told its failure.
        let _ = self.answer.write_all(self.text.text().as_bytes()).await;
        self.usage
    }

    async fn speak(&mut self, speaker: &'static str, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.speaker == Some(speaker) {
            return self.write(text).await;
        }
        self.note(&format!("{speaker}:")).await;
        self.speaker = Some(speaker);
        self.write(text).await;
    }

    async fn write(&mut self, text: &str) {
        let _ = self.session.write_all(text.as_bytes()).await;
    }
}

impl Known {
    /// What of title, status and input was not told before, which is told from now on.
    fn news_of<'a>(&mut self, tool: &Tool<'a>) -> Tool<'a> {
        let id = cut(tool.id, LONGEST_ID);
        if self.id != id {
            *self = Self {
                id: id.to_owned(),
                ..Self::default()
            };
        }
        let title = tool.title.filter(|_| self.title.as_deref() != tool.title);
        let status = tool
            .status
            .filter(|_| self.status.as_deref() != tool.status);
        let input = tool.input.clone().filter(|_| self.input != tool.input);
        if title.is_some() {
            self.title = title.map(str::to_owned);
        }
        if status.is_some() {
            self.status = status.map(str::to_owned);
        }
        if input.is_some() {
            self.input.clone_from(&input);
        }
        Tool {
            title,
            status,
            input,
            ..Tool::default()
        }
    }
}

fn shortened(detail: &str) -> String {
    let shown = cut(detail, LONGEST_DETAIL);
    let more = detail.len() - shown.len();
    let text = shown.replace('\n', "\n    ");
    if more == 0 {
        text
    } else {
        format!("{text}… ({more} bytes more)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt;

    #[tokio::test]
    async fn an_id_without_end_is_written_down_in_part() {
        let (mut account, mut accounts) = Account::open();
        let id = "ä".repeat(1024 * 1024);
        let tool = Tool {
            id: &id,
            title: Some("curl"),
            ..Tool::default()
        };
        account.tool(&tool).await;
        assert_eq!(account.last.id.len(), LONGEST_ID);
        account.close().await;
        let mut told = String::new();
        accounts.session.read_to_string(&mut told).await.unwrap();
        assert_eq!(told, format!("tool {}: curl\n", "ä".repeat(LONGEST_ID / 2)));
    }

    #[tokio::test]
    async fn pieces_of_a_message_stand_together() {
        let (mut account, mut accounts) = Account::open();
        account.note("prompt given").await;
        account.say(None, "I ").await;
        account.say(None, "look.").await;
        account
            .tool(&Tool {
                id: "a",
                title: Some("curl"),
                status: Some("completed"),
                output: Some("one\ntwo".to_owned()),
                ..Tool::default()
            })
            .await;
        account.think("hm").await;
        account.say(None, "Done.").await;
        account.close().await;
        let mut told = String::new();
        accounts.session.read_to_string(&mut told).await.unwrap();
        assert_eq!(
            told,
            "prompt given\nagent:\nI look.\ntool a: curl - completed\n  output: one\n    two\n\
             thought:\nhm\nagent:\nDone.\n"
        );
        let mut answer = String::new();
        accounts.answer.read_to_string(&mut answer).await.unwrap();
        assert_eq!(answer, "Done.");
    }
}
