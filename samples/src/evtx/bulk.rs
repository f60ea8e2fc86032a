//! Large logs from a seed, for measurements: few kinds of events, varied values.

use super::{EventSpec, EvtxError, EvtxLog, Value};
use crate::text;

/// 2026-03-02T08:00:00Z.
const START: u64 = 134_169_120_000_000_000;
const DEVICE_REGISTRATION: &str = "Microsoft-Windows-User Device Registration";
const DEVICE_REGISTRATION_GUID: &str = "23b8d46b-67dd-40a3-b636-d43e50552c6d";
const AAD: &str = "Microsoft-Windows-AAD";
const AAD_GUID: &str = "4de9bc9c-b27a-43c9-8994-0915f1a5e24f";

impl EvtxLog {
    /// A log of about `target_bytes`, equal for equal arguments. It is never smaller than one
    /// chunk with its header and overshoots by less than one chunk.
    ///
    /// # Errors
    ///
    /// `TooManyChunks` for a target of 4 GiB and more.
    pub fn large(seed: u64, target_bytes: usize) -> Result<Vec<u8>, EvtxError> {
        let mut log = Self::new(
            "Microsoft-Windows-User Device Registration/Admin",
            "DESKTOP-EXMPL01",
        );
        let mut random = Random(seed);
        let mut time = START;
        while log.size_bytes() < target_bytes && log.fault().is_none() {
            // Most gaps are short, some are long: half an hour at most.
            let shift = random.below(35);
            time += 1 + random.below(1 << shift);
            log.event(varied_event(&mut random).at(time));
        }
        log.into_bytes()
    }

    /// A log of so many events, of which no two are alike, so that nothing packs better than it does in
    /// a real one.
    ///
    /// # Errors
    ///
    /// `TooManyChunks` for more than 4 GiB of them.
    pub fn many(count: u64) -> Result<Vec<u8>, EvtxError> {
        let mut log = Self::new(
            "Microsoft-Windows-User Device Registration/Admin",
            "DESKTOP-EXMPL01",
        );
        let mut random = Random(0);
        let mut time = START;
        for number in 0..count {
            let mixed = random.next();
            time += 1 + mixed % 40_000_000;
            log.event(numbered_event(number, mixed).at(time));
        }
        log.into_bytes()
    }
}

fn numbered_event(number: u64, mixed: u64) -> EventSpec {
    let guid = format!(
        "{:08x}-{:04x}-4{:03x}-8000-{mixed:012.12x}",
        mixed >> 32,
        mixed & 0xFFFF,
        number & 0xFFF
    );
    let guid = guid.get(..36).unwrap_or(&guid);
    let event = match mixed % 5 {
        0 => registration(104),
        1 => registration(500),
        2 => registration(501),
        3 => EventSpec::new(AAD, AAD_GUID, 1104),
        _ => EventSpec::new(AAD, AAD_GUID, 1025),
    };
    let level = if mixed.is_multiple_of(97) { 2 } else { 4 };
    let thread = u32::try_from(mixed % 64).unwrap_or(0) * 4 + 1000;
    event
        .level(level)
        .process(6412, thread)
        .activity(guid)
        .field("ServerResponse", format!("{{\"KeyId\":\"{guid}\"}}"))
        .field("Number", Value::UInt64(number))
}

fn varied_event(random: &mut Random) -> EventSpec {
    let thread_id = u32::try_from(random.below(16) * 4 + 1000).unwrap_or(1000);
    let event = match random.below(6) {
        0 => registration(102)
            .field("JoinRequestType", 1_i32)
            .field("JoinRequestTypeSymbolicName", "DEVICE")
            .field("Domain", "contoso.example"),
        1 => registration(104)
            .field("ServerResponse", random.server_response())
            .field("ActivityId", random.guid()),
        2 => registration(100),
        3 => EventSpec::new(AAD, AAD_GUID, 1104)
            .level(2)
            .task(101)
            .field("API", "GenericCallPkg")
            .field(
                "Result",
                u32::try_from(0xC004_8500 + random.below(64)).unwrap_or(0),
            ),
        4 => EventSpec::new(AAD, AAD_GUID, 1025)
            .level(2)
            .task(101)
            .field("value", i32::try_from(random.below(600)).unwrap_or(0))
            .field("Method", "POST")
            .field(
                "EndpointUri",
                "https://login.contoso.example/common/oauth2/token",
            )
            .field("CorrelationID", random.guid()),
        _ => EventSpec::classic("EventLog", 6013)
            .data("")
            .data(random.below(1_000_000).to_string())
            .data("-60 Central European Standard Time"),
    };
    let event = event.process(1200, thread_id).user_sid("S-1-5-18");
    if random.below(2) == 0 {
        event
    } else {
        event.activity(&random.guid())
    }
}

fn registration(event_id: u16) -> EventSpec {
    EventSpec::new(DEVICE_REGISTRATION, DEVICE_REGISTRATION_GUID, event_id)
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

    fn hex(&mut self, words: usize) -> String {
        let bytes: Vec<u8> = (0..words).flat_map(|_| self.next().to_be_bytes()).collect();
        text::hex(&bytes)
    }

    fn server_response(&mut self) -> Value {
        let (thumbprint, body) = (self.hex(3), self.hex(40));
        Value::Text(format!(
            "{{\"Certificate\":{{\"Thumbprint\":\"{thumbprint}\",\"RawBody\":\"{body}\"}}}}"
        ))
    }
}
