//! In which formats something is told, and where it goes.

use std::path::PathBuf;
use std::str::FromStr;

use clap::ValueEnum;

use crate::report::Format;

#[derive(Debug, clap::Args)]
pub(super) struct ListOptions {
    /// The list's format
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) report: ListFormat,
}

/// Formats of lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// One entry a line
    Text,
    /// One JSON document
    Json,
}

/// A format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ReportRequest<F = Format> {
    pub(super) format: F,
    /// Standard output when absent.
    pub(super) file: Option<PathBuf>,
}

impl<F: FromStr<Err = String>> FromStr for ReportRequest<F> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("there is no file name behind `=`".to_owned()),
            Some((format, "-")) => (format, None),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        Ok(Self {
            format: format.parse()?,
            file,
        })
    }
}
