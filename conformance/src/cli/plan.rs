//! `plan`: judge one plan file by itself.

mod workdir;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use wild_mock_server::ClusterProfile;

use super::adjudicator::AdjudicatorOptions;
use super::formats::ReportRequest;
use super::gate::GateOptions;
use super::manner::{Manner, MannerOptions};
use super::reports::{self, Told};
use super::selection::{LevelOptions, SelectionOptions};
use super::{Failure, adjudicator, destinations};
use crate::adjudicate::{Document, Kept, Sitting};
use crate::bounded;
use crate::case::Kind;
use crate::demand::{Row, Why};
use crate::evidence::digest_of;
use crate::facts::{Plan, PlanContext, PlanFacts, Reading};
use crate::gate::{Gate, Known};
use crate::lint::{self, Linted};
use crate::prompt::Template;
use crate::report::{
    coverage_text, plan_github, plan_json, plan_sarif, plan_summary, plan_text, why_text,
};
use crate::rules::Rule;
use crate::selection::{Asked, LeftOut};
use crate::verdict::{Settled, Verdict};

/// Largest plan that is read, in bytes.
const LARGEST_PLAN: u64 = 64 * 1024 * 1024;

/// Largest context file that is read, in bytes.
const LARGEST_CONTEXT: u64 = 16 * 1024 * 1024;

/// A plan is of no case, so that levels of some cases are none of its own.
const NO_CASE: &str = "";

/// Options of `plan`.
#[derive(Debug, clap::Args)]
pub(super) struct PlanOptions {
    /// The plan, `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the plan is held against, as JSON or TOML: goal, workdir, tasks_path, exp_existed,
    /// cluster, evo_sweep, experiments, grid, entry_points, slurm; flags win
    #[arg(long, value_name = "FILE")]
    context: Option<PathBuf>,
    /// The goal that was given
    #[arg(long, value_name = "TEXT")]
    goal: Option<String>,
    /// The working directory; files are looked up in it where it exists
    #[arg(long, value_name = "DIR")]
    workdir: Option<String>,
    /// Where the plan belongs
    #[arg(long, value_name = "PATH")]
    tasks_path: Option<String>,
    /// The cluster that the server reports
    #[arg(long, value_name = "TYPE[:GPUS]")]
    cluster: Option<ClusterProfile>,
    /// The template of the prompt under which the plan was written; rules that it does not tell are
    /// not asked
    #[arg(long, value_name = "FILE")]
    prompt: Option<PathBuf>,
    #[command(flatten)]
    selection: SelectionOptions,
    #[command(flatten)]
    levels: LevelOptions,
    #[command(flatten)]
    gate: GateOptions,
    #[command(flatten)]
    manner: MannerOptions,
    /// Tell the findings in this format (text, json, sarif, github), to stdout or to a file, beside which
    /// there is a text on stdout; repeatable
    #[arg(long = "report", value_name = "FORMAT[=FILE]")]
    reports: Vec<ReportRequest<PlanFormat>>,
    /// Use the answers to doubts that this file has, and keep those of the adjudicator in it
    #[arg(long, value_name = "FILE")]
    answers: Option<PathBuf>,
    #[command(flatten)]
    adjudicator: AdjudicatorOptions,
    /// Tell why a rule is decided as it is: what was looked for, what was found, and what tipped it
    #[arg(long, value_name = "CODE")]
    why: Option<String>,
    /// Tell which sentence meets each demand on the plan's prose, or what is in doubt or missing
    #[arg(long)]
    coverage: bool,
}

/// Formats of findings about a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlanFormat {
    /// As a compiler shows them
    Text,
    /// One JSON document
    Json,
    /// SARIF, with the regions of findings
    Sarif,
    /// Annotations of GitHub's workflows
    Github,
}

impl Told for PlanFormat {
    fn goes_with_text(self) -> bool {
        matches!(self, Self::Text | Self::Github)
    }
}

impl FromStr for PlanFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "sarif" => Ok(Self::Sarif),
            "github" => Ok(Self::Github),
            other => Err(format!(
                "there is no report format `{other}`; there are: text, json, sarif, github"
            )),
        }
    }
}

pub(super) fn plan(options: &PlanOptions, out: &mut impl Write) -> Result<u8, Failure> {
    let asked = options.why.as_deref().map(super::list::find).transpose()?;
    reports::check(&options.reports)?;
    destinations::look(&options.reports, None, None)?;
    let is_silent = reports::is_silent(&options.reports);
    if is_silent && asked.is_some() {
        return Err(Failure::usage(
            "only one --report or --why can go to standard output; name a file for the others \
             (--report json=FILE)",
        ));
    }
    let source = read(&options.file, LARGEST_PLAN, "plan")?;
    let file = options.file.display().to_string();
    let file = if file == "-" { "<stdin>" } else { &file };
    let gate = Gate::from(options.gate);
    let judged = judge(options, &source, file, asked)?;
    workdir::note_missing(options.workdir.as_deref(), Manner::from(options.manner));
    let linted = &judged.linted;
    let coverage = judged.coverage.as_deref();
    let manner = Manner::from(options.manner);
    let table = || coverage.map(coverage_text).unwrap_or_default();
    let render = |format| match format {
        PlanFormat::Text => plan_text(linted, &source, file, gate) + &table(),
        PlanFormat::Json => plan_json(linted, file, coverage),
        PlanFormat::Sarif => plan_sarif(linted, file, gate),
        PlanFormat::Github => plan_github(linted, file, gate),
    };
    if let Some(why) = judged.why.as_ref().filter(|_| !manner.is_quiet) {
        out.write_all(why.as_bytes())?;
    }
    let asks_for = |format| {
        let mut to_stdout = options
            .reports
            .iter()
            .filter(|request| request.file.is_none());
        to_stdout.any(|request| request.format == format)
    };
    if !is_silent && !asks_for(PlanFormat::Text) {
        let text = match (&judged.why, coverage) {
            _ if manner.is_quiet => plan_summary(linted, file, gate),
            (None, None) => render(PlanFormat::Text),
            (None, Some(_)) => table(),
            (Some(_), None) => String::new(),
            (Some(_), Some(_)) => format!("\n{}", table()),
        };
        out.write_all(manner.painted(text).as_bytes())?;
    }
    for request in options
        .reports
        .iter()
        .filter(|request| request.file.is_none())
    {
        out.write_all(render(request.format).as_bytes())?;
    }
    reports::write_files(&options.reports.iter().collect::<Vec<_>>(), render)?;
    Ok(u8::from(linted.is_violated(gate)))
}

/// What came of a plan.
struct Judged {
    linted: Linted,
    coverage: Option<Vec<Row>>,
    why: Option<String>,
}

/// Asks the rules that are to be asked, and settles what is in doubt.
fn judge(
    options: &PlanOptions,
    source: &str,
    file: &str,
    doubted: Option<&'static Rule>,
) -> Result<Judged, Failure> {
    let context = context(options)?;
    let tree = workdir::tree(&context);
    let selection = options.levels.within(options.selection.read()?);
    let own = options.prompt.as_deref();
    let template = own.map(|path| Template::from_file(path, Kind::Planning));
    let template = template.transpose()?;
    let own = template.as_ref().and_then(Template::own);
    let asked = Asked {
        selection: &selection,
        untold: own.map_or(&[], |own| own.untold.as_slice()),
    };
    let plan = Plan::parse(source);
    let facts = PlanFacts {
        plan: &plan,
        reading: &Reading::of(&plan),
        context: &context,
        tree: tree.as_ref(),
        file,
    };
    let mut verdicts = lint::verdicts(&facts);
    let left_out = lint::leave_out(&mut verdicts, asked);
    let (settled, notes) = settle(options, &mut verdicts, source, file)?;
    let coverage = options
        .coverage
        .then(|| lint::coverage(&facts, &verdicts, &left_out));
    let why = doubted.map(|rule| why(&facts, rule, &verdicts, &left_out));
    let why = why.transpose()?;
    let levels = Known::with_levels(selection.levels(NO_CASE));
    let linted = Linted::weighed(verdicts, levels).with_settled(settled, &notes);
    Ok(Judged {
        linted: Linted { left_out, ..linted },
        coverage,
        why,
    })
}

/// Why a rule is decided as it is.
fn why(
    facts: &PlanFacts<'_>,
    rule: &'static Rule,
    verdicts: &[(&'static Rule, Verdict)],
    left_out: &[(&'static Rule, LeftOut)],
) -> Result<String, Failure> {
    let row = lint::row(facts, rule, verdicts, left_out).ok_or_else(|| {
        Failure::usage(format!(
            "{code} is not decided from a plan alone; `wild-conformance explain {code}` says from what",
            code = rule.code
        ))
    })?;
    let why = rule.demand().map(|demand| Why::of(facts, demand));
    Ok(why_text(rule, &row, why.as_ref()))
}

/// Puts answers to doubts into the verdicts, as far as there are any. Gives what was settled, and
/// what went wrong.
fn settle(
    options: &PlanOptions,
    verdicts: &mut [(&'static Rule, Verdict)],
    source: &str,
    file: &str,
) -> Result<(Vec<Settled>, Vec<String>), Failure> {
    let adjudicator = options.adjudicator.adjudicator();
    if adjudicator.is_none() && options.answers.is_none() {
        return Ok((Vec::new(), Vec::new()));
    }
    let digest = digest_of(source.as_bytes()).sha256;
    let kept = Kept::open(options.answers.as_deref(), digest)?;
    let document = Document::new(Plan::parse(source), file, "");
    let mut sitting = Sitting::new(verdicts, document, kept);
    let absent = match (&adjudicator, &options.answers) {
        (None, Some(file)) if !file.exists() => Some(file.display()),
        _ => None,
    };
    if let Some(adjudicator) = &adjudicator {
        sitting = adjudicator::settled(async {
            sitting.ask(adjudicator).await;
            sitting.keep().map(|()| sitting)
        })?;
    }
    let (settled, mut notes) = sitting.conclude(verdicts);
    notes.extend(absent.map(|file| format!("there are no answers {file}")));
    Ok((settled, notes))
}

fn read(path: &Path, largest: u64, what: &str) -> Result<String, Failure> {
    let shown = path.display();
    let failed = |error| Failure::usage(format!("cannot read the {what} {shown}: {error}"));
    let read = if path == Path::new("-") {
        bounded::read(std::io::stdin().lock(), largest)
    } else {
        bounded::read_file(path, largest)
    };
    let bytes = read.map_err(failed)?.ok_or_else(|| {
        let limit = largest / (1024 * 1024);
        Failure::usage(format!(
            "the {what} {shown} has more than {limit} MB, which is no {what}"
        ))
    })?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::usage(format!("the {what} {shown} is not UTF-8 text")))
}

/// What the context file says, with the flags on top.
fn context(options: &PlanOptions) -> Result<PlanContext, Failure> {
    let mut context = match &options.context {
        None => PlanContext::default(),
        Some(path) => {
            let text = read(path, LARGEST_CONTEXT, "context")?;
            let is_json = match path.extension().and_then(|extension| extension.to_str()) {
                Some("json") => true,
                Some("toml") => false,
                _ => text.trim_start().starts_with('{'),
            };
            let invalid = |error: String| {
                let message = format!("the context {} is not valid: {error}", path.display());
                Failure::usage(message.trim_end())
            };
            if is_json {
                PlanContext::from_json(&text).map_err(|error| invalid(error.to_string()))?
            } else {
                PlanContext::from_toml(&text).map_err(|error| invalid(error.to_string()))?
            }
        }
    };
    let flags = [
        (&options.goal, &mut context.goal),
        (&options.workdir, &mut context.workdir),
        (&options.tasks_path, &mut context.tasks_path),
    ];
    for (flag, value) in flags {
        if flag.is_some() {
            value.clone_from(flag);
        }
    }
    context.cluster = options.cluster.or(context.cluster);
    // The plan's paths are compared with it, so that `.` has to become the folder that it means.
    let here = context.workdir.as_deref().map(Path::new);
    if let Some(here) = here.filter(|here| here.is_relative() && here.is_dir()) {
        context.workdir = std::path::absolute(here)?.to_str().map(str::to_owned);
    }
    Ok(context)
}
