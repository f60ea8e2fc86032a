//! Signals that a program on a terminal must heed, as flags that the view looks at.

#[cfg(unix)]
mod flags {
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use signal_hook::consts::{SIGHUP, SIGINT, SIGSTOP, SIGTERM, SIGTSTP};
    use signal_hook::flag::{register, register_conditional_shutdown};
    use signal_hook::low_level::raise;

    use crate::tui::Call;

    /// How a run ends that a signal ended.
    const INTERRUPTED: i32 = 130;

    /// What came in since it was last looked at.
    pub(in crate::cli) struct Signals {
        end: Arc<AtomicBool>,
        stop: Arc<AtomicBool>,
    }

    impl Signals {
        /// Heeds them from now on.
        ///
        /// # Errors
        /// The system does not let it.
        pub(in crate::cli) fn heed() -> io::Result<Self> {
            let (end, stop) = (Arc::default(), Arc::default());
            for signal in [SIGTERM, SIGINT] {
                register(signal, Arc::clone(&end))?;
            }
            // The terminal is gone then: there is nothing to give back, and whoever waits for a key
            // on it would wait, busily, for ever.
            register_conditional_shutdown(SIGHUP, INTERRUPTED, Arc::new(AtomicBool::new(true)))?;
            register(SIGTSTP, Arc::clone(&stop))?;
            Ok(Self { end, stop })
        }

        pub(in crate::cli) fn call(&self) -> Option<Call> {
            if self.end.load(Ordering::SeqCst) {
                return Some(Call::End);
            }
            let is_stop = self.stop.swap(false, Ordering::SeqCst);
            is_stop.then_some(Call::Suspend)
        }

        /// Stops this process until the shell continues it.
        pub(in crate::cli) fn suspend(&self) -> bool {
            let could = raise(SIGSTOP).is_ok();
            // What asked for it is answered by that.
            self.stop.store(false, Ordering::SeqCst);
            could
        }
    }
}

#[cfg(not(unix))]
mod flags {
    use std::io;

    use crate::tui::Call;

    /// There are none here that a program could heed.
    pub(in crate::cli) struct Signals;

    #[expect(clippy::unused_self, reason = "other systems have signals")]
    impl Signals {
        #[expect(clippy::unnecessary_wraps, reason = "other systems can refuse")]
        pub(in crate::cli) fn heed() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in crate::cli) fn call(&self) -> Option<Call> {
            None
        }

        pub(in crate::cli) fn suspend(&self) -> bool {
            false
        }
    }
}

pub(super) use flags::Signals;
