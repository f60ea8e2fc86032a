//! How meaning looks: always a sign and a word, and a colour only on top of them.
//!
//! The sixteen colours of the terminal's own palette are used and no others. Signs are taken
//! from the set that every Windows console font has.

use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;

use super::Options;
use super::device::State;
use super::phases::Ended;
use super::reading;
use super::rules::Said;
use crate::model::{BlindspotKind, Level, Outcome, Severity, TokenVerdict};

/// Border lines for terminals that have ASCII alone.
const ASCII_BORDER: border::Set = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

/// What stands in the second row of interest.
pub(super) const DIM: Style = Style::new().add_modifier(Modifier::DIM);
/// Titles, names of keys, and the selected row of a pane without the keys.
pub(super) const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
/// The selected row of the pane that has the keys.
pub(super) const SELECTED: Style = Style::new().add_modifier(Modifier::REVERSED);

/// How to show things on this terminal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Theme {
    palette: Palette,
    signs: Signs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Palette {
    Sixteen,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signs {
    Drawn,
    Ascii,
}

/// A meaning as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) glyph: &'static str,
    pub(super) word: &'static str,
    pub(super) style: Style,
}

impl Sign {
    /// Glyph and word.
    pub(super) fn text(self) -> String {
        format!("{} {}", self.glyph, self.word)
    }
}

/// Letters that bars are drawn with.
#[derive(Clone, Copy, Debug)]
pub(super) struct BarSigns {
    /// What a bar is of.
    pub(super) own: &'static str,
    /// Time in which something was waited for.
    pub(super) wait: &'static str,
    /// Time beyond what is usual or allowed.
    pub(super) over: &'static str,
    /// An instant.
    pub(super) tick: &'static str,
    /// An instant at which something went wrong.
    pub(super) late: &'static str,
    /// Something that is not there.
    pub(super) dotted: &'static str,
}

/// What a sign says, whatever its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tone {
    Good,
    Bad,
    Doubtful,
    Plain,
    Quiet,
    Unknown,
}

impl Theme {
    pub(super) fn new(options: Options) -> Self {
        Self {
            palette: if options.color {
                Palette::Sixteen
            } else {
                Palette::None
            },
            signs: if options.ascii {
                Signs::Ascii
            } else {
                Signs::Drawn
            },
        }
    }

    fn sign(self, tone: Tone, word: &'static str) -> Sign {
        let drawn = self.signs == Signs::Drawn;
        let (glyph, color) = match tone {
            Tone::Good => (if drawn { "√" } else { "+" }, Some(Color::Green)),
            Tone::Bad => (if drawn { "×" } else { "x" }, Some(Color::Red)),
            Tone::Doubtful => ("!", Some(Color::Yellow)),
            Tone::Plain => ("i", None),
            Tone::Quiet => (if drawn { "·" } else { "." }, None),
            Tone::Unknown => ("?", Some(Color::Cyan)),
        };
        let style = match tone {
            Tone::Bad => self.colored(color).add_modifier(Modifier::BOLD),
            Tone::Quiet => DIM,
            _ => self.colored(color),
        };
        Sign { glyph, word, style }
    }

    fn colored(self, color: Option<Color>) -> Style {
        match (self.palette, color) {
            (Palette::Sixteen, Some(color)) => Style::new().fg(color),
            _ => Style::new(),
        }
    }

    /// Outcome of a step.
    pub(super) fn outcome(self, outcome: Outcome) -> Sign {
        match outcome {
            Outcome::Success => self.sign(Tone::Good, "ok"),
            Outcome::Failure => self.sign(Tone::Bad, "FAIL"),
            Outcome::Info => self.sign(Tone::Plain, "info"),
            Outcome::Noise => self.sign(Tone::Quiet, "noise"),
            Outcome::Unknown => self.sign(Tone::Unknown, "unknown"),
        }
    }

    /// Outcome of an event, or its level where it reports no deed.
    pub(super) fn event(self, outcome: Outcome, level: Level) -> Sign {
        match (outcome, level.rank()) {
            (Outcome::Success | Outcome::Failure, _) => self.outcome(outcome),
            (Outcome::Noise, _) => self.outcome(Outcome::Noise),
            (_, 4..) => self.sign(Tone::Doubtful, "error"),
            (_, 3) => self.sign(Tone::Doubtful, "warn"),
            (_, 1) => self.sign(Tone::Quiet, "debug"),
            _ => self.sign(Tone::Plain, "info"),
        }
    }

    /// Outcome of an attempt, by its word.
    pub(super) fn attempt(self, outcome: &'static str) -> Sign {
        let tone = match outcome {
            "success" => Tone::Good,
            "failure" => Tone::Bad,
            "incomplete" => Tone::Doubtful,
            _ => Tone::Unknown,
        };
        self.sign(tone, outcome)
    }

    /// Severity of the verdict.
    pub(super) fn severity(self, severity: Severity) -> Sign {
        match severity {
            Severity::Info => self.sign(Tone::Good, "INFO"),
            Severity::Low => self.sign(Tone::Doubtful, "LOW"),
            Severity::Medium => self.sign(Tone::Doubtful, "MEDIUM"),
            Severity::High => self.sign(Tone::Bad, "HIGH"),
            Severity::Critical => self.sign(Tone::Bad, "CRITICAL"),
        }
    }

    /// Severity of a finding; one that only informs is no good news.
    pub(super) fn finding(self, severity: Severity) -> Sign {
        match severity {
            Severity::Info => self.sign(Tone::Plain, "INFO"),
            worse => self.severity(worse),
        }
    }

    /// A reading that the evidence speaks against.
    pub(super) fn ruled_out(self) -> Sign {
        self.sign(Tone::Good, "ruled out")
    }

    /// A reading that lacks its evidence.
    pub(super) fn cannot_tell(self) -> Sign {
        self.sign(Tone::Unknown, "unknown")
    }

    /// Kind of a blind spot.
    pub(super) fn blindspot(self, kind: BlindspotKind) -> Sign {
        let tone = match kind {
            _ if kind.harms_evidence() => Tone::Bad,
            BlindspotKind::Missing => Tone::Doubtful,
            BlindspotKind::Skipped => Tone::Quiet,
            _ => Tone::Plain,
        };
        self.sign(tone, kind.word())
    }

    /// What became of a file so far.
    pub(super) fn reading(self, state: reading::State) -> Sign {
        match state {
            reading::State::Waiting => self.sign(Tone::Quiet, "waiting"),
            reading::State::Begun => self.sign(Tone::Plain, "reading"),
            reading::State::Read => self.sign(Tone::Good, "read"),
        }
    }

    /// Whether a token was used within its time.
    pub(super) fn token(self, verdict: TokenVerdict) -> Sign {
        match verdict {
            TokenVerdict::Late => self.sign(Tone::Bad, "late"),
            TokenVerdict::Early => self.sign(Tone::Bad, "early"),
            TokenVerdict::InTime => self.sign(Tone::Good, "in time"),
            TokenVerdict::Unused => self.sign(Tone::Quiet, "unused"),
            TokenVerdict::Unknown => self.sign(Tone::Unknown, "unknown"),
        }
    }

    /// How a phase of an attempt ended.
    pub(super) fn phase(self, ended: Ended) -> Sign {
        match ended {
            Ended::Ok => self.sign(Tone::Good, "ok"),
            Ended::Failed => self.sign(Tone::Bad, "FAIL"),
            Ended::Open => self.sign(Tone::Unknown, "not told"),
            Ended::NotSeen => self.sign(Tone::Unknown, "not seen"),
            Ended::NotReached => self.sign(Tone::Quiet, "not reached"),
        }
    }

    /// What kind of value a fact of the device has.
    pub(super) fn device(self, state: State) -> Sign {
        match state {
            State::Differs => self.sign(Tone::Doubtful, "differs"),
            State::Gone => self.sign(Tone::Doubtful, "gone"),
            State::Yes => self.sign(Tone::Good, "yes"),
            State::No => self.sign(Tone::Quiet, "no"),
            State::Failed => self.sign(Tone::Bad, "failed"),
            State::Passed => self.sign(Tone::Good, "passed"),
            State::Unset => self.sign(Tone::Quiet, "unset"),
            State::Given => self.sign(Tone::Plain, "given"),
        }
    }

    /// What a rule said.
    pub(super) fn rule(self, said: Said, severity: Severity) -> Sign {
        match said {
            Said::Fired => Sign {
                word: "fired",
                ..self.finding(severity)
            },
            Said::CannotTell => self.sign(Tone::Unknown, "cannot tell"),
            Said::RuledOut => self.sign(Tone::Good, "ruled out"),
            Said::Silent => self.sign(Tone::Quiet, "silent"),
        }
    }

    /// Whether a part of a rule holds, with the word for it.
    pub(super) fn part(self, holds: bool, word: &'static str) -> Sign {
        let tone = match word {
            _ if holds => Tone::Good,
            "fails" => Tone::Bad,
            _ => Tone::Unknown,
        };
        self.sign(tone, word)
    }

    /// Letters that bars are drawn with.
    pub(super) fn bar(self) -> BarSigns {
        match self.signs {
            Signs::Drawn => BarSigns {
                own: "█",
                wait: "░",
                over: "▓",
                tick: "│",
                late: "×",
                dotted: "·",
            },
            Signs::Ascii => BarSigns {
                own: "#",
                wait: "-",
                over: "!",
                tick: "|",
                late: "x",
                dotted: ".",
            },
        }
    }

    /// How many lie in one place, against the most that lie in one.
    pub(super) fn density(self, count: usize, most: usize) -> &'static str {
        let signs = match self.signs {
            Signs::Drawn => ["░", "▒", "▓", "█"],
            Signs::Ascii => [".", ":", "|", "#"],
        };
        if count == 0 {
            return " ";
        }
        // Of few and many both are to be seen, so each sign stands for a power.
        let power = |count: usize| count.saturating_add(1).ilog2();
        let share = (power(count) * 4).div_ceil(power(most.max(count)));
        let place = usize::try_from(share).unwrap_or(4).clamp(1, 4) - 1;
        signs.get(place).copied().unwrap_or(" ")
    }

    /// A refused input or an answer to a key.
    pub(super) fn refusal(self) -> Sign {
        self.sign(Tone::Bad, "")
    }

    /// Column headings.
    pub(super) fn heading(self) -> Style {
        self.colored(Some(Color::Cyan)).add_modifier(Modifier::BOLD)
    }

    /// Marks of attempts and gaps in the timeline.
    pub(super) fn mark(self) -> Style {
        self.colored(Some(Color::Magenta))
            .add_modifier(Modifier::BOLD)
    }

    /// What stands before an uncertainty.
    pub(super) fn plus_minus(self) -> &'static str {
        match self.signs {
            Signs::Drawn => "±",
            Signs::Ascii => "+-",
        }
    }

    /// What a cut text ends with.
    pub(super) fn ellipsis(self) -> &'static str {
        match self.signs {
            Signs::Drawn => "…",
            Signs::Ascii => "~",
        }
    }

    /// Lines between panels.
    pub(super) fn border(self) -> border::Set<'static> {
        match self.signs {
            Signs::Drawn => border::PLAIN,
            Signs::Ascii => ASCII_BORDER,
        }
    }
}
