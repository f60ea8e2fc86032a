//! Clocks as text: what is known of them, and the time as recorded beside every corrected one.

use std::io;

use super::{Page, clean, wrapped};
use crate::model::clock;
use crate::model::{EventId, SourceLine};

impl Page<'_> {
    /// The clocks that something is known of, sources with the same one together.
    pub(super) fn clocks(&mut self) -> io::Result<()> {
        let mut known: Vec<(&SourceLine, Vec<&str>)> = Vec::new();
        for source in &self.report.sources {
            if source.clock.is_as_recorded() {
                continue;
            }
            match known.iter_mut().find(|(of, _)| of.clock == source.clock) {
                Some((_, ids)) => ids.push(&source.id),
                None => known.push((source, vec![&source.id])),
            }
        }
        if known.is_empty() {
            return Ok(());
        }
        self.title("CLOCKS  to be added to times as recorded, by the clocks of servers")?;
        for (source, ids) in known {
            let line = clean(&format!("{}  {}", ids.join(" "), clock(&source.clock)));
            let mut lead = "  ";
            for line in wrapped(&line, self.view.width.saturating_sub(6)) {
                writeln!(self.out, "{lead}{line}")?;
                lead = "      ";
            }
        }
        Ok(())
    }

    /// The event's id, with its time as recorded where that was corrected.
    pub(super) fn place(&self, event: EventId) -> String {
        let known = self.timeline.event(event);
        let times = known.and_then(|event| Some((event.ticks()?, event.recorded()?)));
        let Some((corrected, recorded)) = times else {
            return event.to_string();
        };
        let zone = self.view.zone;
        let (full, other) = (zone.date_and_time(recorded), zone.date_and_time(corrected));
        let day = |text: &str| text.split(' ').next().map(str::to_owned);
        let recorded = if day(&full) == day(&other) {
            zone.time_of_day(recorded)
        } else {
            full
        };
        format!("{event}, recorded {recorded}")
    }
}
