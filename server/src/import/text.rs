//! The text of an imported file: decompressed where it is gzip, in UTF-8, UTF-16 or Latin-1.

use std::io::Read;
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::{FILE_MAX_BYTES, ImportError};

const GZIP: &[u8] = &[0x1F, 0x8B];
const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";
const UTF_16_LITTLE_MARK: &[u8] = &[0xFF, 0xFE];
const UTF_16_BIG_MARK: &[u8] = &[0xFE, 0xFF];

/// Files that are often mistaken for CSV, by how they begin.
const OTHER_KINDS: [(&[u8], &str); 4] = [
    (b"PK\x03\x04", "a ZIP archive or a spreadsheet"),
    (b"\xD0\xCF\x11\xE0", "an old spreadsheet"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF", "a PDF"),
];

/// The text of a file. UTF-16 is known by its byte order mark; what is not UTF-8 is read as
/// Latin-1, because dates and numbers are the same in both.
///
/// # Errors
/// An [`ImportError`] that says what the file is instead.
pub(super) fn decode(file: &Path, bytes: &[u8]) -> Result<String, ImportError> {
    if bytes.starts_with(GZIP) {
        return decode_plain(file, &unzip(file, bytes)?);
    }
    decode_plain(file, bytes)
}

fn decode_plain(file: &Path, bytes: &[u8]) -> Result<String, ImportError> {
    let not_csv = |what| ImportError::NotCsv {
        file: file.to_owned(),
        what,
    };
    if let Some((_, what)) = OTHER_KINDS
        .iter()
        .find(|(begin, _)| bytes.starts_with(begin))
    {
        return Err(not_csv(what));
    }
    let text = if let Some(rest) = bytes.strip_prefix(UTF_16_LITTLE_MARK) {
        utf_16(rest, u16::from_le_bytes).ok_or_else(|| not_csv("damaged UTF-16"))?
    } else if let Some(rest) = bytes.strip_prefix(UTF_16_BIG_MARK) {
        utf_16(rest, u16::from_be_bytes).ok_or_else(|| not_csv("damaged UTF-16"))?
    } else {
        let bytes = bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map(str::to_owned);
        text.unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect())
    };
    if text.contains('\0') {
        return Err(not_csv("UTF-16 without a byte order mark, or no text"));
    }
    Ok(text)
}

fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().copied().map(unit).collect();
    rest.is_empty()
        .then(|| String::from_utf16(&units).ok())
        .flatten()
}

/// Reads at most [`FILE_MAX_BYTES`] of what is compressed, however small the file is.
fn unzip(file: &Path, bytes: &[u8]) -> Result<Vec<u8>, ImportError> {
    let mut plain = Vec::new();
    MultiGzDecoder::new(bytes)
        .take(FILE_MAX_BYTES.saturating_add(1))
        .read_to_end(&mut plain)
        .map_err(|source| ImportError::DamagedGzip {
            file: file.to_owned(),
            source,
        })?;
    if u64::try_from(plain.len()).is_ok_and(|bytes| bytes <= FILE_MAX_BYTES) {
        return Ok(plain);
    }
    Err(ImportError::UnzipsTooLarge {
        file: file.to_owned(),
        max: FILE_MAX_BYTES,
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    const TEXT: &str = "Date,Größe\n2000-03-01,1\n";

    fn decoded(bytes: &[u8]) -> Result<String, String> {
        decode(Path::new("X.csv"), bytes).map_err(|error| error.to_string())
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn utf_16(mark: [u8; 2], bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        let units = TEXT.encode_utf16().flat_map(bytes);
        mark.into_iter().chain(units).collect()
    }

    #[test]
    fn a_text_reads_alike_in_every_encoding() {
        let latin_1: Vec<u8> = TEXT
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
        let marked = [UTF_8_MARK, TEXT.as_bytes()].concat();
        for bytes in [
            TEXT.as_bytes().to_vec(),
            marked,
            latin_1,
            utf_16([0xFF, 0xFE], u16::to_le_bytes),
            utf_16([0xFE, 0xFF], u16::to_be_bytes),
            gzip(TEXT.as_bytes()),
            gzip(&utf_16([0xFF, 0xFE], u16::to_le_bytes)),
        ] {
            assert_eq!(decoded(&bytes).as_deref(), Ok(TEXT), "{bytes:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        let check = |bytes: &[u8], reason: &str| {
            assert_eq!(decoded(bytes), Err(format!("X.csv: {reason}")));
        };
        check(
            b"PK\x03\x04...",
            "is a ZIP archive or a spreadsheet, not CSV; save it as CSV in UTF-8",
        );
        check(
            b"D\0a\0t\0e\0",
            "is UTF-16 without a byte order mark, or no text, not CSV; save it as CSV in UTF-8",
        );
        check(
            b"\xFF\xFED\0a",
            "is damaged UTF-16, not CSV; save it as CSV in UTF-8",
        );
        let half = gzip(TEXT.as_bytes());
        check(&half[..half.len() / 2], "cannot be decompressed as gzip");
    }

    #[test]
    fn a_small_file_cannot_unzip_into_a_large_one() {
        let max = usize::try_from(FILE_MAX_BYTES).unwrap();
        assert_eq!(
            decoded(&gzip(&vec![b'x'; max])).map(|text| text.len()),
            Ok(max)
        );
        assert_eq!(
            decoded(&gzip(&vec![b'x'; max + 1])),
            Err("X.csv: has more than 33554432 bytes when it is decompressed".into())
        );
    }
}
