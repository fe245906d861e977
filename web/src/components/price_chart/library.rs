//! Bindings to the parts of the chart library, Lightweight Charts, that are used here.
//!
//! Options and data are passed as JSON: prices are written as exact decimals.

use domain::Price;
use domain::api::{CandleView, ChartMarkKind};
use js_sys::JSON;
use wasm_bindgen::prelude::*;

use super::Kind;
use super::marks::{Pinned, letter};
use crate::language::Texts;

#[wasm_bindgen(inline_js = "export function importModule(address) { return import(address); }")]
extern "C" {
    #[wasm_bindgen(js_name = importModule, catch)]
    async fn import_module(address: &str) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen]
extern "C" {
    /// The library's module.
    pub type Module;
    #[wasm_bindgen(method, catch, js_name = createChart)]
    fn create_chart(
        this: &Module,
        container: &web_sys::Element,
        options: &JsValue,
    ) -> Result<Chart, JsValue>;
    #[wasm_bindgen(method, getter, js_name = AreaSeries)]
    fn area_series(this: &Module) -> JsValue;
    #[wasm_bindgen(method, getter, js_name = CandlestickSeries)]
    fn candlestick_series(this: &Module) -> JsValue;

    #[wasm_bindgen(method, catch, js_name = createSeriesMarkers)]
    fn create_series_markers(
        this: &Module,
        series: &Series,
        marks: &JsValue,
    ) -> Result<Markers, JsValue>;

    /// What is marked on a line or on a row of candles.
    pub type Markers;
    #[wasm_bindgen(method, catch, js_name = setMarkers)]
    fn set_markers(this: &Markers, marks: &JsValue) -> Result<(), JsValue>;

    /// A chart in the page.
    pub type Chart;
    #[wasm_bindgen(method, catch, js_name = addSeries)]
    fn add_series(this: &Chart, definition: &JsValue, options: &JsValue)
    -> Result<Series, JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeSeries)]
    pub fn remove_series(this: &Chart, series: &Series) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = applyOptions)]
    fn apply_options(this: &Chart, options: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = timeScale)]
    fn time_scale(this: &Chart) -> TimeScale;
    #[wasm_bindgen(method, js_name = subscribeCrosshairMove)]
    pub fn subscribe_crosshair_move(this: &Chart, handler: &js_sys::Function);
    #[wasm_bindgen(method, catch)]
    pub fn remove(this: &Chart) -> Result<(), JsValue>;

    /// The axis of time.
    type TimeScale;
    #[wasm_bindgen(method, catch, js_name = setVisibleLogicalRange)]
    fn set_visible_logical_range(this: &TimeScale, range: &JsValue) -> Result<(), JsValue>;

    /// One line or one row of candles.
    pub type Series;
    #[wasm_bindgen(method, catch, js_name = setData)]
    fn set_data(this: &Series, data: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn update(this: &Series, point: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = applyOptions)]
    fn apply_series_options(this: &Series, options: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = createPriceLine)]
    fn create_price_line(this: &Series, options: &JsValue) -> Result<PriceLine, JsValue>;
    #[wasm_bindgen(method, catch, js_name = removePriceLine)]
    pub fn remove_price_line(this: &Series, line: &PriceLine) -> Result<(), JsValue>;

    /// A price as a line across the chart.
    pub type PriceLine;

    /// What the chart says when the pointer moves over it.
    pub type Crosshair;
    #[wasm_bindgen(method, getter)]
    pub fn time(this: &Crosshair) -> Option<f64>;
}

/// The page's colours and fonts, as computed by the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    pub font: String,
    pub text: String,
    pub grid: String,
    pub line: String,
    /// Under the line, at its top; at the bottom it fades out.
    pub area: String,
    pub gain: String,
    pub loss: String,
}

/// Fetches the library.
pub async fn load(address: &str) -> Result<Module, JsValue> {
    import_module(address).await.map(JsCast::unchecked_into)
}

fn js(value: &serde_json::Value) -> JsValue {
    JSON::parse(&value.to_string()).unwrap_or(JsValue::NULL)
}

fn chart_options(look: &Look) -> serde_json::Value {
    serde_json::json!({
        "autoSize": true,
        "layout": {
            "background": { "type": "solid", "color": "transparent" },
            "textColor": look.text,
            "fontFamily": look.font,
            // The page credits the library in a line of its own.
            "attributionLogo": false,
        },
        "grid": { "vertLines": { "visible": false }, "horzLines": { "color": look.grid } },
        "rightPriceScale": { "borderVisible": false },
        "timeScale": { "borderVisible": false, "fixLeftEdge": true },
        // Touch and wheel scroll the page: a chart must not swallow them.
        "handleScroll": { "mouseWheel": false, "vertTouchDrag": false },
        "handleScale": { "mouseWheel": false },
        "localization": { "locale": locale() },
    })
}

/// The language of the months below the chart.
fn locale() -> &'static str {
    match Texts::get().language().tag() {
        "en" => "en-GB",
        tag => tag,
    }
}

fn series_options(kind: Kind, look: &Look, small: bool) -> serde_json::Value {
    let places = if small { (4, 0.0001) } else { (2, 0.01) };
    let format = serde_json::json!({ "type": "price", "precision": places.0, "minMove": places.1 });
    match kind {
        Kind::Area => serde_json::json!({
            "lineColor": look.line,
            "topColor": look.area,
            "bottomColor": "transparent",
            "lineWidth": 2,
            "priceFormat": format,
        }),
        Kind::Candles => serde_json::json!({
            "upColor": look.gain,
            "wickUpColor": look.gain,
            "downColor": look.loss,
            "wickDownColor": look.loss,
            "borderVisible": false,
            "priceFormat": format,
        }),
    }
}

/// The options of a series, with the prices of its axis as the page's language writes numbers.
fn series_in_language(kind: Kind, look: &Look, small: bool) -> Result<JsValue, JsValue> {
    let options = js(&series_options(kind, look, small));
    let language = Texts::get().language();
    if language.number(".") == "." {
        return Ok(options);
    }
    let places = if small { 4 } else { 2 };
    let told = move |price: f64| {
        let english = js_sys::Number::from(price).to_fixed(places);
        language.number(&english.map(String::from).unwrap_or_default())
    };
    // The browser frees it together with the chart that calls it.
    let formatter = Closure::<dyn Fn(f64) -> String>::new(told).into_js_value();
    let format = js_sys::Reflect::get(&options, &"priceFormat".into())?;
    js_sys::Reflect::set(&format, &"type".into(), &"custom".into())?;
    js_sys::Reflect::set(&format, &"formatter".into(), &formatter)?;
    Ok(options)
}

fn point(kind: Kind, candle: &CandleView) -> String {
    let time = candle.at.seconds();
    match kind {
        Kind::Area => format!("{{\"time\":{time},\"value\":{}}}", candle.close),
        Kind::Candles => format!(
            "{{\"time\":{time},\"open\":{},\"high\":{},\"low\":{},\"close\":{}}}",
            candle.open, candle.high, candle.low, candle.close
        ),
    }
}

impl Module {
    /// Draws an empty chart into an element.
    pub fn chart_in(&self, container: &web_sys::Element, look: &Look) -> Result<Chart, JsValue> {
        self.create_chart(container, &js(&chart_options(look)))
    }

    /// Adds prices to a chart.
    pub fn series_on(
        &self,
        chart: &Chart,
        kind: Kind,
        look: &Look,
        candles: &[CandleView],
    ) -> Result<Series, JsValue> {
        let definition = match kind {
            Kind::Area => self.area_series(),
            Kind::Candles => self.candlestick_series(),
        };
        let small = candles
            .last()
            .is_some_and(|candle| candle.close < Price::from_whole(1));
        let series = chart.add_series(&definition, &series_in_language(kind, look, small)?)?;
        let points: Vec<String> = candles.iter().map(|candle| point(kind, candle)).collect();
        series.set_data(&JSON::parse(&format!("[{}]", points.join(",")))?)?;
        Ok(series)
    }
}

/// A mark as the library takes it.
fn marker(pin: &Pinned, look: &Look) -> serde_json::Value {
    let (shape, colour, position) = match pin.kind {
        ChartMarkKind::Bought => ("arrowUp", &look.line, "belowBar"),
        ChartMarkKind::Sold => ("arrowDown", &look.loss, "aboveBar"),
        ChartMarkKind::Dividend => ("circle", &look.gain, "belowBar"),
        ChartMarkKind::Split | ChartMarkKind::Delisting => ("square", &look.line, "belowBar"),
        ChartMarkKind::Headline => ("circle", &look.text, "aboveBar"),
    };
    let letter = letter(pin.kind);
    let text = match pin.count {
        0 | 1 => letter.to_owned(),
        count => format!("{letter} {count}"),
    };
    serde_json::json!({
        "time": pin.at,
        "position": position,
        "shape": shape,
        "color": colour,
        "text": text,
    })
}

impl Module {
    /// Prepares a series for marks.
    pub fn markers_on(&self, series: &Series) -> Result<Markers, JsValue> {
        self.create_series_markers(series, &js_sys::Array::new())
    }
}

impl Markers {
    /// Shows these marks and no others.
    pub fn show(&self, pins: &[Pinned], look: &Look) -> Result<(), JsValue> {
        let marks: Vec<_> = pins.iter().map(|pin| marker(pin, look)).collect();
        self.set_markers(&js(&serde_json::Value::Array(marks)))
    }
}

impl Chart {
    /// Shows the last `shown` of all candles, with a little room around them.
    pub fn show_last(&self, shown: usize, all: usize) -> Result<(), JsValue> {
        let range = serde_json::json!({ "from": all.saturating_sub(shown), "to": all });
        self.time_scale().set_visible_logical_range(&js(&range))
    }

    /// Shows the time of day beside the day, or not.
    pub fn show_times(&self, shown: bool) -> Result<(), JsValue> {
        let options = serde_json::json!({ "timeScale": { "timeVisible": shown } });
        self.apply_options(&js(&options))
    }

    /// Takes on another look.
    pub fn dress(&self, look: &Look) -> Result<(), JsValue> {
        self.apply_options(&js(&chart_options(look)))
    }
}

impl Series {
    /// Takes on another look.
    pub fn dress(&self, kind: Kind, look: &Look, small: bool) -> Result<(), JsValue> {
        self.apply_series_options(&series_in_language(kind, look, small)?)
    }

    /// Draws a price as a dashed line across the chart.
    pub fn line_at(&self, price: Price, title: &str, look: &Look) -> Result<PriceLine, JsValue> {
        let options = format!(
            "{{\"price\":{price},\"lineWidth\":2,\"lineStyle\":2,\"axisLabelVisible\":true,\"title\":\"{title}\"}}"
        );
        let options = JSON::parse(&options)?;
        js_sys::Reflect::set(&options, &"color".into(), &look.text.as_str().into())?;
        self.create_price_line(&options)
    }

    /// Moves the latest point.
    pub fn put(&self, kind: Kind, candle: &CandleView) -> Result<(), JsValue> {
        self.update(&JSON::parse(&point(kind, candle))?)
    }
}
