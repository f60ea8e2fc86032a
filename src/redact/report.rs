//! A report, redacted: every text in it by what it is.

use std::borrow::Cow;

use super::{Level, Redactor};
use crate::model::{
    Attempt, Blindspot, CannotTell, DeviceFact, Finding, Input, Report, RuledOut, SourceLine, Step,
    Token, Verdict,
};

/// What stands for a sentence that is filled from the evidence, at level `strict`.
const LEFT_OUT: &str = "[left out]";

impl Redactor {
    /// The report as it is where nothing is redacted, else a copy that shows no name and says what was
    /// left out of it.
    pub fn report<'r>(&self, report: &'r Report) -> Cow<'r, Report> {
        if self.level == Level::None {
            return Cow::Borrowed(report);
        }
        let mut copy = report.clone();
        self.verdict(&mut copy.verdict, &report.findings);
        copy.inputs.iter_mut().for_each(|it| self.input(it));
        copy.sources.iter_mut().for_each(|it| self.source(it));
        copy.attempts.iter_mut().for_each(|it| self.attempt(it));
        copy.tokens.iter_mut().for_each(|it| self.token(it));
        copy.findings.iter_mut().for_each(|it| self.finding(it));
        copy.ruled_out.iter_mut().for_each(|it| self.ruled_out(it));
        copy.cannot_tell
            .iter_mut()
            .for_each(|it| self.cannot_tell(it));
        copy.blindspots.iter_mut().for_each(|it| self.blindspot(it));
        for gap in &mut copy.gaps {
            self.maybe(&mut gap.budget_basis);
        }
        let device = std::mem::take(&mut copy.device);
        copy.device = device
            .into_iter()
            .map(|(name, fact)| self.fact(&name, &fact))
            .collect();
        copy.redaction = self.redaction();
        Cow::Owned(copy)
    }

    fn set(&self, text: &mut String) {
        if let std::borrow::Cow::Owned(redacted) = self.text(text) {
            *text = redacted;
        }
    }

    fn maybe(&self, text: &mut Option<String>) {
        if let Some(text) = text {
            self.set(text);
        }
    }

    fn all(&self, texts: &mut [String]) {
        for text in texts {
            self.set(text);
        }
    }

    /// Sentences of the evidence.
    fn quotes(&self, texts: &mut [String]) {
        for text in texts {
            *text = self.free_text(text).into_owned();
        }
    }

    /// A sentence of ours that values of the evidence may stand in.
    fn filled(&self, text: &mut String) {
        if self.level == Level::Strict {
            LEFT_OUT.clone_into(text);
            self.count(crate::model::NameKind::Text);
        } else {
            self.set(text);
        }
    }

    fn verdict(&self, verdict: &mut Verdict, findings: &[Finding]) {
        let told = findings
            .iter()
            .find(|finding| finding.explanation == verdict.headline);
        if let Some(finding) = told.filter(|_| self.level == Level::Strict) {
            verdict.headline.clone_from(&finding.title);
        }
        self.unquoted(&mut verdict.headline);
        for because in &mut verdict.because {
            self.unquoted(because);
        }
    }

    /// A sentence of ours in which the server's words stand between quotation marks.
    fn unquoted(&self, text: &mut String) {
        if self.level == Level::Strict
            && let (Some(start), Some(end)) = (text.find('“'), text.rfind('”'))
            && let Some(quoted) = text.get(start..end)
        {
            let quoted = self.left_out(quoted).into_owned();
            text.replace_range(start..end + '”'.len_utf8(), &quoted);
        }
        self.set(text);
    }

    fn input(&self, input: &mut Input) {
        // Where a file lay on the desk of who examines it is no evidence, and folders have names.
        let name = input.path.rsplit(['/', '\\']).find(|part| !part.is_empty());
        input.path = self.text(name.unwrap_or_default()).into_owned();
    }

    fn source(&self, source: &mut SourceLine) {
        self.set(&mut source.artifact);
        self.set(&mut source.name);
        self.set(&mut source.clock.basis);
        source.host = self.host(&source.host).into_owned();
    }

    fn attempt(&self, attempt: &mut Attempt) {
        attempt.steps.iter_mut().for_each(|step| self.step(step));
        self.quotes(&mut attempt.server_words);
        for note in &mut attempt.notes {
            self.unquoted(note);
        }
    }

    fn step(&self, step: &mut Step) {
        self.set(&mut step.title);
        self.quotes(&mut step.quotes);
    }

    fn token(&self, token: &mut Token) {
        self.maybe(&mut token.audience);
        self.maybe(&mut token.scopes);
        if let Some(tenant) = &mut token.tenant {
            *tenant = self.tenant(tenant).into_owned();
        }
        if let Some(subject) = &mut token.subject {
            *subject = self.named("subject", subject).into_owned();
        }
    }

    fn finding(&self, finding: &mut Finding) {
        self.set(&mut finding.title);
        self.filled(&mut finding.explanation);
        self.maybe(&mut finding.why);
        self.maybe(&mut finding.limits);
        self.all(&mut finding.remediation);
        self.all(&mut finding.next);
        for line in &mut finding.evidence {
            self.set(&mut line.role);
        }
    }

    fn ruled_out(&self, entry: &mut RuledOut) {
        self.set(&mut entry.title);
        self.filled(&mut entry.because);
        for line in &mut entry.evidence {
            self.set(&mut line.role);
        }
    }

    fn cannot_tell(&self, entry: &mut CannotTell) {
        self.set(&mut entry.title);
        for missing in &mut entry.missing {
            self.set(&mut missing.artifact);
            self.set(&mut missing.command);
        }
    }

    fn blindspot(&self, spot: &mut Blindspot) {
        self.set(&mut spot.artifact);
        self.set(&mut spot.detail);
    }

    fn fact(&self, name: &str, fact: &DeviceFact) -> (String, DeviceFact) {
        let redacted = DeviceFact {
            value: self.named(name, &fact.value).into_owned(),
            source: self.text(&fact.source).into_owned(),
        };
        (self.text(name).into_owned(), redacted)
    }
}
