//! Large traces from a seed, for measurements: few kinds of events, varied values.

use super::event::EtlEvent;
use super::kernel::KernelRecord;
use super::trace::EtlTrace;
use super::tracelogging::{Field, Out, ProviderTraits, TraceLogging};
use super::value::Value;
use super::wpp::WppMessage;
use super::{ClassicEvent, EtlError, provider_guid_of};

const REGISTRATION: &str = "23b8d46b-67dd-40a3-b636-d43e50552c6d";
const AAD: &str = "4de9bc9c-b27a-43c9-8994-0915f1a5e24f";
const CLASSIC: &str = "8f2f6f0a-5c1e-4f0b-9d63-b3a1c6a4e210";
const MESSAGES: &str = "c1b7e5d2-90aa-4d1c-8a77-6f35e2d0bb19";
const CPUS: u16 = 4;

/// Which records a large trace holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mix {
    /// All kinds, as in a trace of a device in trouble.
    Varied,
    /// TraceLogging events only.
    TraceLogging,
}

impl EtlTrace {
    /// A trace of about `target_bytes` with all kinds of records on four processors, equal for equal
    /// arguments. It is never smaller than two buffers of 64 KiB and overshoots by less than five.
    ///
    /// # Errors
    ///
    /// None that a caller can cause, short of a size beyond what 32-bit counts can say.
    pub fn large(seed: u64, target_bytes: usize) -> Result<Vec<u8>, EtlError> {
        Self::large_of(Mix::Varied, seed, target_bytes)?.into_bytes()
    }

    /// As [`EtlTrace::large`], of chosen records, and still open to be packed or marked.
    ///
    /// # Errors
    ///
    /// As [`EtlTrace::large`].
    pub fn large_of(mix: Mix, seed: u64, target_bytes: usize) -> Result<Self, EtlError> {
        let mut trace = Self::new();
        trace.cpus(CPUS);
        Self::fill(&mut trace, mix, seed, target_bytes);
        match trace.fault() {
            Some(fault) => Err(fault.clone()),
            None => Ok(trace),
        }
    }

    /// Adds records to a trace until its unpacked buffers take about `target_bytes`.
    pub fn fill(&mut self, mix: Mix, seed: u64, target_bytes: usize) -> &mut Self {
        let mut random = Random(seed);
        let shell = provider_guid_of("Contoso.Device.Shell");
        while self.size_bytes() < target_bytes && self.fault().is_none() {
            // Most gaps are short, some are long: 13 seconds at most.
            let shift = random.below(28);
            self.after(1 + random.below(1 << shift));
            match mix {
                Mix::TraceLogging => self.event(shell_event(&shell, &mut random)),
                Mix::Varied => self.varied(&shell, &mut random),
            };
        }
        self
    }

    fn varied(&mut self, shell: &str, random: &mut Random) -> &mut Self {
        let process_id = 4 * (200 + random.number(64));
        let thread_id = process_id + 4 * (1 + random.number(16));
        match random.below(12) {
            0..=3 => self.event(shell_event(shell, random).process(process_id, thread_id)),
            4..=6 => self.event(debug_event(random).process(process_id, thread_id)),
            7 => self.event(token_event(random).process(process_id, thread_id)),
            8 => self.event(
                ClassicEvent::new(CLASSIC, 10)
                    .process(process_id, thread_id)
                    .field(random.number(u32::MAX))
                    .field("a classic event"),
            ),
            9 => self.event(
                WppMessage::new(MESSAGES, 10 + random.small())
                    .process(process_id, thread_id)
                    .argument(Value::Ansi("CDevice::Open".to_owned()))
                    .argument(Value::HexInt32(random.number(u32::MAX))),
            ),
            10 => self.event(
                KernelRecord::new(0x0F, 0x2E)
                    .process(process_id, thread_id)
                    .field(random.next()),
            ),
            _ => self.event(KernelRecord::perf_info(0x0F, 0x33).field(random.next())),
        }
    }
}

fn debug_event(random: &mut Random) -> EtlEvent {
    let (id, level, text) = match random.below(3) {
        0 => (
            501,
            3,
            format!(
                "RegReadDwordValue: value Contoso{} is absent, default {}",
                random.number(90),
                random.number(2)
            ),
        ),
        1 => (
            502,
            2,
            "RegistrationCertStatus::GetCertificates: failed with error code 0x80092004".to_owned(),
        ),
        _ => (
            500,
            4,
            format!(
                "RegistrationController::SendJoinHttpRequest: Path: /EnrollmentServer/device/{}",
                random.guid()
            ),
        ),
    };
    EtlEvent::manifest(REGISTRATION, id)
        .channel(17)
        .level(level)
        .activity(&random.guid())
        .field(text)
}

fn token_event(random: &mut Random) -> EtlEvent {
    EtlEvent::manifest(AAD, 1022)
        .channel(18)
        .task(101)
        .field("https://login.contoso.example/common/oauth2/token")
        .field(Value::Guid(random.guid()))
}

fn shell_event(provider: &str, random: &mut Random) -> EtlEvent {
    let schema = TraceLogging::new("PageNavigated")
        .field("Page", "DeviceJoinProgress")
        .field("Step", random.number(40))
        .with(Field::new("Result", Value::HexInt32(random.number(4))).shown(Out::HResult))
        .field("Correlation", Value::Guid(random.guid()))
        .field("Detail", Value::CountedAnsi("progress page".to_owned()))
        .field(
            "Started",
            Value::FileTime(134_169_120_000_000_000 + random.below(1 << 40)),
        )
        .with(Field::array(
            "Durations",
            (0..=random.below(6))
                .map(|_| random.number(9000).into())
                .collect(),
        ));
    let event = EtlEvent::trace_logging(provider, schema);
    if random.below(2) == 0 {
        event
    } else {
        event.traits(
            ProviderTraits::new("Contoso.Device.Shell")
                .group("4f50731a-8289-4782-b3e0-dce8c90476ba"),
        )
    }
}

/// The splitmix64 generator (public domain, by Sebastiano Vigna).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is not zero. The slight bias does not matter here.
    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn number(&mut self, limit: u32) -> u32 {
        u32::try_from(self.below(u64::from(limit))).unwrap_or(0)
    }

    /// A number below 100.
    fn small(&mut self) -> u16 {
        u16::try_from(self.below(100)).unwrap_or(0)
    }

    fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        )
    }
}
