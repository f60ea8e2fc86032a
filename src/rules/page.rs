//! The rules as a page to read: `docs/RULES.md` and `rules show`.

use std::fmt::Write as _;

use super::rule::{Next, Rule};
use super::set::{AREAS, RuleSet};

impl RuleSet {
    /// The page of all rules, by area.
    pub fn page(&self) -> String {
        let mut out = String::from(
            "# Rules\n\nThis page is made from the files in `rules/` by `joinscope rules docs`.\n",
        );
        let mut areas: Vec<&str> = AREAS.to_vec();
        for rule in &self.rules {
            if !areas.contains(&rule.area.as_str()) {
                areas.push(&rule.area);
            }
        }
        for area in areas {
            let rules: Vec<&Rule> = self.rules.iter().filter(|rule| rule.area == area).collect();
            if rules.is_empty() {
                continue;
            }
            let _ = writeln!(out, "\n## {area}");
            for rule in rules {
                let _ = write!(out, "\n{}", self.entry(rule));
            }
        }
        out
    }

    /// One rule.
    pub fn entry(&self, rule: &Rule) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail, so the results are of no interest.
        let _ = writeln!(
            out,
            "### {}\n\n{}.\n",
            rule.id,
            rule.title.trim_end_matches('.')
        );
        let _ = writeln!(
            out,
            "- level {}, stage {}, area {}",
            rule.level, rule.stage, rule.area
        );
        let mut line = |label: &str, text: &str| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(out, "- {label}: {text}");
        };
        for fix in &rule.fix {
            line("what to do", fix);
        }
        for next in &rule.next {
            match next {
                Next::Text(text) => line("collect next", text),
                Next::Coverage(place) => {
                    if let Some(row) = self.coverage.get(*place) {
                        line(
                            "collect next",
                            &format!("{} ({})", row.artifact, row.command),
                        );
                    }
                }
            }
        }
        if !rule.caused_by.is_empty() {
            line("can come from", &rule.caused_by.join(", "));
        }
        if !rule.suppresses.is_empty() {
            line("says better than", &rule.suppresses.join(", "));
        }
        for (name, always) in [
            ("cannot be told without", true),
            ("where the evidence leaves it open", false),
        ] {
            let needs = rule.requires.iter();
            let needs = needs.filter(|need| need.unless.is_none() == always);
            let rows = needs.filter_map(|need| self.coverage.get(need.coverage));
            let titles: Vec<&str> = rows.map(|row| row.title.as_str()).collect();
            if !titles.is_empty() {
                line(name, &titles.join(", "));
            }
        }
        if let Some(limits) = &rule.limits {
            line("limits", limits);
        }
        for (source, confidence) in &rule.refs {
            line(
                "source",
                &format!("{source} (confidence {})", confidence.word()),
            );
        }
        out
    }
}
