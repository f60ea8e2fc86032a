//! Writes archives of every kind into the folder given as the first argument, for independent
//! readers to be tried on. Each good one holds `hello.txt` and `log.txt`; the password is
//! `Sesame-1`.

use std::error::Error;
use std::path::PathBuf;

use samples::archive::{
    AesVendorVersion, CabBundle, CabFault, CabFolder, Lock, ZipBundle, ZipMember,
};

const PASSWORD: &str = "Sesame-1";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .ok_or("usage: write_archives <folder>")?,
    );
    std::fs::create_dir_all(&folder)?;
    let write = |name: &str, bytes: Vec<u8>| std::fs::write(folder.join(name), bytes);

    let plain = |member: ZipMember| member;
    write("stored.zip", zip(plain))?;
    write("deflated.zip", zip(ZipMember::deflated))?;
    write(
        "descriptors.zip",
        zip(|member| member.deflated().sizes_behind()),
    )?;
    write("wide.zip", zip(|member| member.deflated().zip64()))?;
    write(
        "wide-descriptors.zip",
        zip(|member| member.deflated().zip64().sizes_behind()),
    )?;
    write(
        "zipcrypto.zip",
        zip(|member| member.deflated().zip_crypto(PASSWORD)),
    )?;
    write(
        "zipcrypto-descriptors.zip",
        zip(|member| member.sizes_behind().zip_crypto(PASSWORD)),
    )?;
    write(
        "aes2.zip",
        zip(|member| member.deflated().aes_256(PASSWORD)),
    )?;
    let ae1 =
        |member: ZipMember| member.locked(Lock::Aes256(PASSWORD.to_owned(), AesVendorVersion::Ae1));
    write("aes1.zip", zip(ae1))?;
    write(
        "bomb.zip",
        ZipBundle::new()
            .member(ZipMember::bomb("zeros", 1 << 28))
            .to_bytes(),
    )?;

    write(
        "stored.cab",
        cab(CabFolder::stored(), CabFolder::stored()).to_bytes(),
    )?;
    write(
        "mszip.cab",
        cab(CabFolder::ms_zip(), CabFolder::ms_zip()).to_bytes(),
    )?;
    write(
        "mixed.cab",
        cab(CabFolder::stored(), CabFolder::ms_zip()).to_bytes(),
    )?;
    let fault = CabFault::BlockChecksum {
        folder: 1,
        block: 1,
    };
    write(
        "bad-checksum.cab",
        cab(CabFolder::ms_zip(), CabFolder::ms_zip())
            .fault(fault)
            .to_bytes(),
    )?;
    Ok(())
}

fn log() -> Vec<u8> {
    (0..9000)
        .flat_map(|line| format!("line {line} of the log\r\n").into_bytes())
        .collect()
}

fn zip(shape: impl Fn(ZipMember) -> ZipMember) -> Vec<u8> {
    ZipBundle::new()
        .member(shape(ZipMember::new("hello.txt", b"hello")))
        .member(shape(ZipMember::new("log.txt", &log())))
        .to_bytes()
}

fn cab(first: CabFolder, second: CabFolder) -> CabBundle {
    CabBundle::new()
        .folder(first.file("hello.txt", b"hello"))
        .folder(second.file("log.txt", &log()))
}
