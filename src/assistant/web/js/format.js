/** Numbers, money, dates and times as the customer's language and zone write them. */

import { language } from "./i18n/index.js";

/** @typedef {import("./types.js").Money} Money */

function locale() {
  if (language() === "zh") return "zh-CN";
  return navigator.languages.find((tag) => tag.startsWith("en")) ?? "en";
}

/** @param {string} value */
const isDateOnly = (value) => /^\d{4}-\d{2}-\d{2}$/.test(value);

/** A date without a time is a day everywhere: read and shown in UTC it cannot shift. @param {string} value */
function zoneOf(value) {
  return isDateOnly(value) ? { timeZone: "UTC" } : {};
}

/** @param {string} value @param {Intl.DateTimeFormatOptions} options */
function formatter(value, options) {
  const thisYear = new Date(value).getUTCFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(locale(), { ...options, year: thisYear ? undefined : "numeric", ...zoneOf(value) });
}

/** @type {Intl.DateTimeFormatOptions} */
const DAY = { month: "short", day: "numeric", weekday: "short" };

/** @param {string|null|undefined} value an ISO date or time */
export function day(value) {
  if (!value || Number.isNaN(Date.parse(value))) return value ?? "";
  return formatter(value, DAY).format(new Date(value));
}

/** A country by its name. @param {string} code */
export function region(code) {
  try {
    return new Intl.DisplayNames([locale()], { type: "region" }).of(code) ?? code;
  } catch {
    return code; // no code of a country
  }
}

/** A day where there is little room. @param {string} value an ISO date */
export function shortDay(value) {
  return new Intl.DateTimeFormat(locale(), { month: "numeric", day: "numeric", ...zoneOf(value) }).format(new Date(value));
}

/** @param {string} from @param {string} to dates, both within the range */
export function dayRange(from, to) {
  if (from === to || Number.isNaN(Date.parse(from)) || Number.isNaN(Date.parse(to))) return day(from);
  if (language() === "zh") return `${day(from)}至${day(to)}`; // its own range form falls back to 11/23
  return formatter(to, DAY).formatRange(new Date(from), new Date(to));
}

/** A date as documents write it. @param {string|null|undefined} value */
export function fullDate(value) {
  if (!value || Number.isNaN(Date.parse(value))) return value ?? "";
  return new Intl.DateTimeFormat(locale(), { dateStyle: "long", ...zoneOf(value) }).format(new Date(value));
}

/** @param {string|null|undefined} value an ISO time, or a date */
export function moment(value) {
  if (!value || Number.isNaN(Date.parse(value)) || isDateOnly(value)) return day(value);
  return formatter(value, { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" }).format(new Date(value));
}

/** @param {string} value an ISO time */
export function clock(value) {
  if (Number.isNaN(Date.parse(value))) return "";
  const today = new Date(value).toDateString() === new Date().toDateString();
  return today
    ? new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit" }).format(new Date(value))
    : moment(value);
}

/** The parts of one cell in a row of days. @param {Date} date in UTC */
export function dayCell(date) {
  const part = (/** @type {Intl.DateTimeFormatOptions} */ options) =>
    new Intl.DateTimeFormat(locale(), { ...options, timeZone: "UTC" }).format(date);
  return { weekday: part({ weekday: "narrow" }), day: String(date.getUTCDate()) };
}

/** ISO 4217, as orderdb/currencies.py: browsers differ, Chromium takes the dinar RSD for whole. */
const MINOR_DIGITS = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

/** Digits after the decimal point. @param {string} currency */
export function minorDigits(currency) {
  const found = Object.entries(MINOR_DIGITS).find(([, codes]) => codes.split(" ").includes(currency));
  return found ? Number(found[0]) : 2;
}

/** @param {Money|null|undefined} money minor units by currency: JPY has none, KWD has three */
export function money(money) {
  if (!money) return "";
  const digits = minorDigits(money.currency);
  try {
    const format = new Intl.NumberFormat(locale(), {
      style: "currency",
      currency: money.currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return format.format(/** @type {any} */ (`${money.minor}e-${digits}`)); // as a decimal: exact at any size
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${number(money.minor / 100)} ${money.currency}`; // not a currency code
  }
}

/** @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(locale()).format(value);
}

/** @param {number} share 0 to 1 */
export function percent(share) {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 0 }).format(share);
}
