//! The interfaces of the CMDB: through the ESB with the application code and secret, as the deploy scripts use them, and
//! its own admin and API servers for the protection of the BlueKing business.

use std::net::Ipv4Addr;

use engine::prelude::*;
use serde_json::{Value as Json, json};

use super::bkcli;
use super::http::{self, Request};
use super::site::Site;

const PROTECTION: Snippet = snippet!("bk-upgrade/cmdb_protection");
/// Rows of one page: each list gives at least so many.
const PAGE: u64 = 200;
/// Hosts or sets of one request.
const MOST: usize = 100;

/// Where the CMDB is.
#[derive(clap::Args, Debug)]
pub(crate) struct Place {
    /// Id of the BlueKing business
    #[arg(long, value_name = "ID", default_value_t = 2)]
    biz_id: u32,
    /// Address of the CMDB [default: BK_CMDB_IP0 of the site]
    #[arg(long, value_name = "IP")]
    cmdb: Option<Ipv4Addr>,
    /// Port of its admin server
    #[arg(long, value_name = "PORT", default_value_t = 9000)]
    port: u16,
    /// Port of its API server
    #[arg(long, value_name = "PORT", default_value_t = 9001)]
    api_port: u16,
    /// Address of the ESB
    #[arg(long, value_name = "HOST:PORT", default_value = "paas.service.consul:80", value_parser = word)]
    esb: String,
    /// Application code for the ESB [default: BK_PAAS_APP_CODE of the site]
    #[arg(long, value_name = "CODE", value_parser = word)]
    app_code: Option<String>,
}

/// A part of an address, or the code of an application.
fn word(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    if text.is_empty() || text.starts_with('-') || !text.chars().all(good) {
        return Err("it has letters, digits, -, _, . and : only".into());
    }
    Ok(text.to_owned())
}

/// The CMDB of the site, with the secret for its ESB.
#[derive(Debug)]
pub(crate) struct Cmdb {
    /// The business.
    pub(crate) biz: u32,
    /// The application code.
    pub(crate) code: String,
    /// Its secret: only for standard input.
    pub(crate) secret: String,
    /// The address.
    pub(crate) address: String,
    /// `HOST:PORT`
    pub(crate) esb: String,
    admin: String,
    api: String,
}

impl Cmdb {
    /// Reads what the site says about it.
    ///
    /// # Errors
    /// Refused: a variable is missing or empty.
    pub(crate) fn read(cx: &Context, place: &Place, install_dir: &AbsPath) -> Result<Self> {
        let site = Site::read(cx, install_dir)?;
        let or = |given: Option<String>, name| match given {
            Some(given) => Ok(given),
            None => site.get(name).map(str::to_owned),
        };
        let address = or(place.cmdb.map(|address| address.to_string()), "BK_CMDB_IP0")?;
        Ok(Self {
            biz: place.biz_id,
            code: or(place.app_code.clone(), "BK_PAAS_APP_CODE")?,
            secret: site.secret("BK_PAAS_APP_SECRET")?.to_owned(),
            esb: place.esb.clone(),
            admin: format!("{address}:{}", place.port),
            api: format!("{address}:{}", place.api_port),
            address,
        })
    }

    /// One interface of the ESB, by its name: `batch_delete_set`.
    pub(crate) fn esb(&self, name: &str, params: &Json) -> Request {
        let mut body = params.clone();
        body["bk_biz_id"] = self.biz.into();
        body["bk_supplier_account"] = "0".into();
        body["bk_app_code"] = self.code.as_str().into();
        body["bk_app_secret"] = self.secret.as_str().into();
        body["bk_username"] = "admin".into();
        Request::post(format!("http://{}/api/c/compapi/v2/cc/{name}/", self.esb)).json(&body)
    }

    /// Asks an interface for its `data`.
    pub(crate) fn ask(&self, host: &Reader<'_>, name: &str) -> Result<Json> {
        self.esb(name, &json!({})).ask(host)
    }

    /// All rows of a list, page after page (X4.66: a longer list is never taken for a short one). `key` is their place in
    /// `data`: `info`.
    ///
    /// # Errors
    /// Those of the requests; the list has changed meanwhile.
    pub(crate) fn list(&self, host: &Reader<'_>, name: &str, key: &str) -> Result<Vec<Json>> {
        let mut rows = Vec::new();
        loop {
            let page = json!({ "page": { "start": rows.len(), "limit": PAGE } });
            let mut data = self.esb(name, &page).ask(host)?;
            let count = data["count"].as_u64();
            let more = match data[key].take() {
                Json::Array(more) => more,
                Json::Null => Vec::new(),
                _ => return Err(Fault::failed(format!("{name}: `{key}` is no list")).into()),
            };
            let last = more.is_empty();
            rows.extend(more);
            match count {
                Some(count) if rows.len() as u64 == count => return Ok(rows),
                Some(count) if !last && (rows.len() as u64) < count => {}
                _ => {
                    let what = format!("{name}: {} rows, and a count of {count:?}", rows.len());
                    return Err(Fault::failed(what)
                        .hint("the list has changed while it was read: run this again")
                        .into());
                }
            }
        }
    }

    /// One request for each hundred of these ids.
    pub(crate) fn each_hundred(
        &self,
        name: &str,
        ids: &[u64],
        params: impl Fn(&[u64]) -> Json,
    ) -> Vec<Action> {
        ids.chunks(MOST).map(|ids| self.esb(name, &params(ids)).change()).collect()
    }

    /// The business is protected against changes of its topology, or not.
    pub(crate) fn protection(&self, is_on: bool) -> Shell {
        let headers = ["BK_USER: admin", "BK_SUPPLIER_ID: 0", "HTTP_BLUEKING_SUPPLIER_ID: 0"];
        let values = [
            ("ADMIN", Value::from(self.admin.as_str())),
            ("API", self.api.as_str().into()),
            ("HEADERS", headers.join("\n").into()),
            ("LIMIT", http::LIMIT.into()),
            // The switch of the CMDB is whether the business can be modified.
            ("MODIFY", (!is_on).to_string().into()),
        ];
        let word = if is_on { "on" } else { "off" };
        let shell = Shell::new(PROTECTION, values)
            .called(format!("switch the protection of the business {} {word}", self.biz));
        // No undo leaves the business without its protection.
        if is_on { shell.harmless().after_changes(bkcli::LATER) } else { shell }
    }
}
