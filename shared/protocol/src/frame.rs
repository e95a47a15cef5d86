//! A JSON document and raw bytes in one body: four bytes of length (big-endian), the document, the bytes.
//!
//! Raw webhook bodies cross object boundaries in a frame, neither escaped nor copied into text.

use serde::{Serialize, de::DeserializeOwned};

/// Bytes that are not a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a frame: {0}")]
pub struct FrameError(String);

/// Encodes a document and its bytes, given in parts.
pub fn encode(document: &impl Serialize, parts: &[&[u8]]) -> Result<Vec<u8>, FrameError> {
    let json = serde_json::to_vec(document).map_err(|error| FrameError(error.to_string()))?;
    let length = u32::try_from(json.len()).map_err(|_| FrameError("document too long".to_owned()))?;
    let mut frame = Vec::with_capacity(4 + json.len() + parts.iter().map(|part| part.len()).sum::<usize>());
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(&json);
    parts.iter().for_each(|part| frame.extend_from_slice(part));
    Ok(frame)
}

/// Decodes a frame into its document and bytes.
pub fn decode<T: DeserializeOwned>(frame: &[u8]) -> Result<(T, &[u8]), FrameError> {
    let cut = || FrameError("cut short".to_owned());
    let (length, rest) = frame.split_first_chunk::<4>().ok_or_else(cut)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| cut())?;
    let (json, bytes) = rest.split_at_checked(length).ok_or_else(cut)?;
    let document = serde_json::from_slice(json).map_err(|error| FrameError(error.to_string()))?;
    Ok((document, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_reads_back_whatever_the_bytes() {
        let frame = encode(&("command", 7), &[&[0, 255], &[10]]).unwrap();
        assert_eq!(decode::<(String, u8)>(&frame).unwrap(), (("command".to_owned(), 7), &[0_u8, 255, 10][..]));
    }

    #[test]
    fn a_damaged_frame_is_an_error() {
        let frame = encode(&"x", &[]).unwrap();
        for damaged in [&[][..], &frame[..3], &frame[..5], &[255, 255, 255, 255, 0]] {
            assert!(decode::<String>(damaged).is_err());
        }
    }
}
