use crate::now;
use js_sys::{Array, Date, Function, Object, Reflect};
use nerve_model::{Millis, TimeZone, Timestamp};
use std::{cell::OnceCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};

/// The years around now whose changes of the clock are read.
const YEARS: (i64, i64) = (8, 4);

thread_local! {
    /// The table is made once: the setting is the same for as long as the worker runs.
    static ZONE: OnceCell<Result<Rc<TimeZone>, String>> = const { OnceCell::new() };
}

/// The business's time zone: the setting `TIME_ZONE`, an IANA name such as `Europe/Berlin`; UTC where it is empty.
///
/// # Errors
///
/// The platform knows no zone of that name.
pub fn time_zone(env: &worker::Env) -> Result<Rc<TimeZone>, String> {
    ZONE.with(|zone| {
        zone.get_or_init(|| {
            let name = env.var(TimeZone::SETTING).map(|var| var.to_string()).unwrap_or_default();
            match name.trim() {
                "" | "UTC" => Ok(Rc::default()),
                name => read(name).map(Rc::new).ok_or_else(|| {
                    format!("{} is {name:?}: it takes an IANA name, for example Europe/Berlin", TimeZone::SETTING)
                }),
            }
        })
        .clone()
    })
}

/// The platform's own table has every zone and its changes; none need be shipped.
fn read(name: &str) -> Option<TimeZone> {
    let format = formatter(name).ok()?;
    let offset_at = |at: Timestamp| offset(&format, at).unwrap_or(Millis(0));
    offset(&format, now())?;
    let span = |years: i64| Millis::days(365 * years);
    Some(TimeZone::sampled(name, now() - span(YEARS.0), now() + span(YEARS.1), offset_at))
}

/// `Intl.DateTimeFormat.prototype.format` of a zone, which writes the offset at the end.
fn formatter(name: &str) -> Result<Function, JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let constructor = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into::<Function>()?;
    let options = Object::new();
    Reflect::set(&options, &"timeZone".into(), &name.into())?;
    Reflect::set(&options, &"timeZoneName".into(), &"longOffset".into())?;
    // An unknown name is thrown here.
    let format = Reflect::construct(&constructor, &Array::of2(&"en-US".into(), &options))?;
    Reflect::get(&format, &"format".into())?.dyn_into()
}

/// From `11/23/2026, GMT+01:00`; UTC itself is only `GMT`.
fn offset(format: &Function, at: Timestamp) -> Option<Millis> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of these years are exact")]
    let date = Date::new(&JsValue::from_f64(at.as_millis() as f64));
    let text = format.call1(&JsValue::UNDEFINED, &date).ok()?.as_string()?;
    let (_, offset) = text.rsplit_once("GMT")?;
    if offset.is_empty() {
        return Some(Millis(0));
    }
    let (sign, clock) = match (offset.strip_prefix('+'), offset.strip_prefix(['-', '\u{2212}'])) {
        (Some(clock), _) => (1, clock),
        (_, Some(clock)) => (-1, clock),
        _ => return None,
    };
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hours, minutes) = (parts.next()??, parts.next().flatten().unwrap_or(0));
    Some(Millis::minutes(sign * (hours * 60 + minutes)))
}
