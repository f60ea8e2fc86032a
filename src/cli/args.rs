//! The command line as typed; nothing is checked or opened here.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use crate::export::Section;

/// Finds out, offline, why a Windows device did not join, register with, or get a token
/// from Microsoft Entra ID.
#[derive(Debug, Parser)]
#[command(
    name = "joinscope",
    version,
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) verb: Option<Verb>,
    #[command(flatten)]
    pub(super) evidence: Evidence,
    #[command(flatten)]
    pub(super) viewing: Viewing,
}

/// How the interactive view deals with its user.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(super) struct Viewing {
    /// In the interactive view: keep no marks, notes and filters for the next time
    #[arg(long)]
    pub(super) no_state: bool,
    /// In the interactive view: keys of your own, one `name = key key` a line
    #[arg(long, value_name = "FILE")]
    pub(super) keys: Option<PathBuf>,
    /// In the interactive view: the wheel moves and a click selects
    #[arg(long)]
    pub(super) mouse: bool,
    /// Where the interactive view copies to: the terminal's clipboard, or new files
    #[arg(long, value_enum, value_name = "WHERE", default_value = "auto")]
    pub(super) clipboard: Clipboard,
    /// The interactive view as plain lines, for screen readers: commands are typed by their names
    #[arg(long)]
    pub(super) plain: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Clipboard {
    #[default]
    Auto,
    Terminal,
    File,
}

/// What to read and how; common to most verbs.
#[derive(Clone, Debug, ClapArgs)]
pub(super) struct Evidence {
    /// Files, folders and archives in any mix; `-` reads a list of paths from standard input
    #[arg(value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// Zone for times: utc, device (as its event log states it), or an offset such as +02:00
    #[arg(
        long,
        value_name = "ZONE",
        default_value = "utc",
        allow_hyphen_values = true
    )]
    pub(super) tz: String,
    /// File with passwords for locked archives, one a line (also JOINSCOPE_PASSWORD, or a prompt)
    #[arg(long, value_name = "FILE")]
    pub(super) password_file: Option<PathBuf>,
    /// Manifests to read traces with: a folder or file with DLL, EXE, SYS or manifest XML; repeatable
    #[arg(long, value_name = "DIR")]
    pub(super) provider_dir: Vec<PathBuf>,
    /// Symbols to read WPP traces with: a folder or file with TMF or PDB; repeatable
    #[arg(long, value_name = "DIR")]
    pub(super) symbols: Vec<PathBuf>,
    /// Corrects a source's clock: its id or a part of its artifact's path, and the seconds to add,
    /// e.g. trace.saz=+1.5s; may be given again
    #[arg(long, value_name = "SOURCE=SECONDS", allow_hyphen_values = true)]
    pub(super) clock: Vec<String>,
    /// Zone of a file whose times name none: a part of its path, and an offset, e.g. trace.har=+02:00;
    /// may be given again
    #[arg(long, value_name = "FILE=OFFSET", allow_hyphen_values = true)]
    pub(super) zone: Vec<String>,
    /// Folder of rule files to judge by, beside the built-in ones; a file with a known id replaces
    /// that rule; repeatable
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
    /// Threads to read with; 0 takes as many as the machine has
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,
    /// Colours in text
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Colour,
    /// No progress and no remarks on standard error
    #[arg(short, long)]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// The interactive view
    Tui {
        #[command(flatten)]
        evidence: Evidence,
        #[command(flatten)]
        viewing: Viewing,
    },
    /// Verdict, attempts, gaps, tokens, blind spots
    Analyze {
        #[command(flatten)]
        evidence: Evidence,
        /// How to write it
        #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = reports(Section::All))]
        format: String,
        #[command(flatten)]
        redacting: Redacting,
        /// Exit with 1 if the verdict is at least this bad: low, medium, high, critical
        #[arg(long, value_name = "SEVERITY", value_parser = severities())]
        fail_on: Option<String>,
    },
    /// The events of all sources in one order
    Timeline {
        #[command(flatten)]
        evidence: Evidence,
        /// How to write them
        #[arg(long, value_name = "FORMAT", default_value = "jsonl", value_parser = events())]
        format: String,
        #[command(flatten)]
        cut: Cut,
        #[command(flatten)]
        redacting: Redacting,
    },
    /// One HTML file with everything, to open anywhere
    Report {
        #[command(flatten)]
        evidence: Evidence,
        /// Where to write it
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// Overwrite a file that is there already
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        redacting: Redacting,
    },
    /// Many bundles: a report each and an index over all of them; what is there already is kept
    Batch {
        /// Folders whose entries are bundles, and bundles; `-` reads a list of them
        #[command(flatten)]
        evidence: Evidence,
        #[command(flatten)]
        redacting: Redacting,
        /// Folder to write to
        #[arg(short, long, value_name = "DIR")]
        output: PathBuf,
        /// Make the index alone, and of event logs read no more than rules and catalogue ask for
        #[arg(long)]
        triage: bool,
        /// Begin anew where the folder holds a batch that was made with other options
        #[arg(long)]
        force: bool,
    },
    /// How long each attempt stood still between its steps, and what happened meanwhile
    Gaps {
        #[command(flatten)]
        evidence: Evidence,
        /// How to write it
        #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = reports(Section::Gaps))]
        format: String,
        #[command(flatten)]
        redacting: Redacting,
    },
    /// Tokens: when issued, how long valid, how got, when used, and whether that was in time
    Tokens {
        #[command(flatten)]
        evidence: Evidence,
        /// How to write it
        #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = reports(Section::Tokens))]
        format: String,
        #[command(flatten)]
        redacting: Redacting,
    },
    /// What was read, what it covers, and what could not be seen
    Sources {
        #[command(flatten)]
        evidence: Evidence,
        /// How to write it
        #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = reports(Section::Sources))]
        format: String,
        #[command(flatten)]
        redacting: Redacting,
    },
    /// What each file is: format, structure counts, providers, damage; nothing about meaning
    Inspect {
        #[command(flatten)]
        evidence: Evidence,
        /// text or json
        #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
        format: String,
        /// Write the network packets that traces carry as a pcapng file instead
        #[arg(long, requires = "output", conflicts_with = "format")]
        packets: bool,
        /// Where to write the packets
        #[arg(short, long, value_name = "FILE", requires = "packets")]
        output: Option<PathBuf>,
        /// Overwrite a file that is there already
        #[arg(long, requires = "packets")]
        force: bool,
        /// Print the schemas that this Windows has for the events of trace files instead
        #[cfg(all(windows, feature = "tdh"))]
        #[arg(long, conflicts_with_all = ["packets", "format"])]
        installed_schemas: bool,
    },
    /// What rules found: causes first, what comes from them, what is ruled out and what cannot be told
    Findings {
        #[command(flatten)]
        evidence: Evidence,
        /// How to write it
        #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = reports(Section::Findings))]
        format: String,
        #[command(flatten)]
        redacting: Redacting,
    },
    /// The rules that evidence is judged by
    Rules {
        #[command(subcommand)]
        what: RuleVerb,
    },
    /// What a code, an event or a rule means: 0x801c03ed, -2145647635, AADSTS50076, UDR/304
    Explain {
        /// Codes, events and ids of rules
        #[arg(
            required = true,
            value_name = "CODE|EVENT|RULE",
            allow_negative_numbers = true
        )]
        words: Vec<String>,
    },
    /// Writes a made-up bundle to try the tool on
    Demo {
        /// Which story
        #[arg(value_name = "SCENARIO")]
        scenario: Option<String>,
        /// Folder to write it to
        #[arg(short, long, value_name = "DIR", default_value = ".")]
        output: PathBuf,
        /// Overwrite a file that is there already
        #[arg(long)]
        force: bool,
    },
}

/// Where rules come from, beside the built-in ones.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(super) struct RuleFolders {
    /// Folder of further rule files; a file with a known id replaces that rule; repeatable
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum RuleVerb {
    /// Every rule on one line
    List {
        #[command(flatten)]
        folders: RuleFolders,
    },
    /// One rule in full
    Show {
        /// Id of the rule
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        folders: RuleFolders,
    },
    /// Faults of rule files: unknown names, and rules that can never match
    Check {
        #[command(flatten)]
        folders: RuleFolders,
    },
    /// Runs the tests inside the rule files
    Test {
        /// Ids of rules; none runs all
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        #[command(flatten)]
        folders: RuleFolders,
    },
    /// Why a rule did or did not find something in evidence, part by part
    Explain {
        /// Id of the rule
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        evidence: Evidence,
    },
    /// The page of every rule, as docs/RULES.md has it
    Docs {
        #[command(flatten)]
        folders: RuleFolders,
    },
    /// Translates plain Sigma rules; what cannot be translated is named on standard error
    Import {
        /// A Sigma file of one or several documents
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Folder to write a file for each rule to; - is standard output
        #[arg(short, long, value_name = "DIR", default_value = "-")]
        output: PathBuf,
        /// Overwrite files that are there already
        #[arg(long)]
        force: bool,
    },
}

/// Which events to give out.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(super) struct Cut {
    /// Only events that match, e.g. 'level>=error and provider:UDR'
    #[arg(long = "where", value_name = "QUERY")]
    pub(super) query: Option<String>,
    /// Only events at or after a time (UTC unless it names its offset)
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,
    /// Only events before a time
    #[arg(long, value_name = "TIME")]
    pub(super) until: Option<String>,
    /// Only events near a time or an event (e123)
    #[arg(long, value_name = "TIME|EVENT")]
    pub(super) around: Option<String>,
    /// How near: seconds on each side of --around
    #[arg(long, value_name = "SECONDS", default_value_t = 300.0)]
    pub(super) window: f64,
    /// Only events of an attempt's device from its first step to its last one (a3)
    #[arg(long, value_name = "ID")]
    pub(super) attempt: Option<String>,
}

/// What is left out of an output.
#[derive(Clone, Debug, Default, ClapArgs)]
pub(super) struct Redacting {
    /// What is left out: nothing (none), names, addresses and ids, for which pseudonyms stand
    /// (standard), or free text and ids of requests as well (strict)
    #[arg(long, value_name = "LEVEL", value_parser = levels())]
    pub(super) redact: Option<String>,
    /// File with a key of 16 bytes or more: pseudonyms are the same in every run with it
    #[arg(long, value_name = "FILE")]
    pub(super) redact_key: Option<PathBuf>,
}

/// The formats that can write a part of the report, with what each is for.
fn reports(section: Section) -> PossibleValuesParser {
    let able = crate::export::REPORTS
        .iter()
        .filter(|exporter| exporter.sections.contains(&section));
    able.map(|exporter| PossibleValue::new(exporter.name).help(exporter.help))
        .collect::<Vec<_>>()
        .into()
}

fn events() -> PossibleValuesParser {
    crate::export::EVENTS
        .iter()
        .map(|exporter| PossibleValue::new(exporter.name).help(exporter.help))
        .collect::<Vec<_>>()
        .into()
}

fn levels() -> PossibleValuesParser {
    crate::redact::Level::ALL
        .iter()
        .map(|level| level.word())
        .collect::<Vec<_>>()
        .into()
}

fn severities() -> PossibleValuesParser {
    crate::model::Severity::ALL
        .iter()
        .map(|severity| severity.word())
        .collect::<Vec<_>>()
        .into()
}
