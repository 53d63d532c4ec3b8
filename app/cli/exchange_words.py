"""What `qianliyan import` and `qianliyan export` say, in Chinese and in English."""

from __future__ import annotations

from typing import Final

__all__ = ["exchange_words"]

_TEXT: Final[dict[str, tuple[str, str]]] = {
    "held": (
        "历史数据只有一个写入者，现在是 {holder}：请停止该引擎（并关闭会自动启动它的监控室），再运行一次。未作任何更改",
        "history has one writer, and now that is {holder}: stop that engine, and close the room that keeps it, then "
        "run this again. Nothing was changed",
    ),
    "no_site": (
        "{store} 尚未启用站点配置，测点未知：先运行 qianliyan site apply",
        "no site is in force at {store}, so no tag is known: run qianliyan site apply first",
    ),
    "nothing_asked": (
        "请给出要导入的文件，或 --list，或 --undo",
        "name the files to import, or --list, or --undo",
    ),
    "reading": ("导入", "Importing"),
    "writing": ("导出", "Exporting"),
    "rate": (
        "{rows} 行  {rate} 行/秒  拒绝 {refused}",
        "{rows} rows  {rate} rows/s  refused {refused}",
    ),
    "rows": ("{rows} 行  至 {until}", "{rows} rows  until {until}"),
    "done": (
        "修订 {revision}：已导入 {added} 个样本（{tags} 个测点），{repeated} 个已存在，{refused} 个被拒绝",
        "Revision {revision}: {added:sample} of {tags:tag} imported, {repeated} already there, {refused} refused",
    ),
    "rehearsed": (
        "仅检查，未写入：可导入 {added} 个样本（{tags} 个测点），{repeated} 个已存在，{refused} 个被拒绝",
        "Only checked, nothing written: {added:sample} of {tags:tag} could be imported, {repeated} already there, "
        "{refused} would be refused",
    ),
    "span": ("时间：{first} 至 {last}（{zone}）", "Time: {first} to {last} ({zone})"),
    "ended": (
        "导入被中止：以上样本保留在修订 {revision} 中；再次导入同一文件将补齐其余数据，"
        "qianliyan import --undo {revision} 将全部撤回",
        "The import was ended: these samples stay, as revision {revision}. Import the same files again to add the "
        "rest, or take all back with qianliyan import --undo {revision}",
    ),
    "folded": (
        "{count} 个时间落在夏令时结束时重复的一小时内（--fold {fold}）",
        "{count:time} in an hour that came twice when clocks were put back (--fold {fold})",
    ),
    "dropped": (
        "注意：部分样本早于其保留期限（{months} 个月），将按保留规则清除：请在站点文件中延长该保留类别",
        "Note: some of it is older than its tags are kept ({months} months) and will be dropped by that rule: lengthen "
        "the class in the site file",
    ),
    "refused.columns": (
        "列数与表头不符，或引号未闭合",
        "other columns than the headings say, or an open quotation mark",
    ),
    "refused.time": ("时间无法识别", "not a time"),
    "refused.time-twice": ("夏令时结束时重复的一小时，见 --fold", "in an hour that came twice; see --fold"),
    "refused.time-never": ("夏令时开始时跳过的一小时", "in an hour that was left out"),
    "refused.time-range": ("时间不合理（过早或在将来）", "a time that is too early, or still to come"),
    "refused.tag": (
        "现用站点配置中没有此数值测点（名称不同时见 --map）",
        "no tag of numbers in the site in force; for other names see --map",
    ),
    "refused.value": ("不是数值（小数点为逗号时见 --decimal）", "not a number; with a decimal comma see --decimal"),
    "refused.state": (
        "开关量只能为 0 或 1，状态量只能为站点配置中的状态值",
        "no state of the tag: a discrete one is 0 or 1, an enum one of the states in the site in force",
    ),
    "refused.quality": ("不是已知的质量码（见 --quality）", "no code of quality that is known; see --quality"),
    "refused.another-value": (
        "该测点此刻已有另一数值",
        "another value stands at this time already",
    ),
    "refused": ("拒绝 {count}：{why}", "refused {count}: {why}"),
    "refused_line": ("  {file} 第 {line} 行：{why}  {text}", "  {file}, line {line}: {why}  {text}"),
    "report": ("全部被拒绝的行：{report}", "All that was refused: {report}"),
    "no_report": ("用 --report 写出全部被拒绝的行", "use --report to have all of them written"),
    "zone": ("时间按时区 {zone}", "times are those of {zone}"),
    "no_imports": ("没有导入记录", "nothing was ever imported"),
    "not_imported": ("没有修订 {revision} 的导入", "there is no import of revision {revision}"),
    "undo_confirm": (
        "撤回修订 {revision}（{files}，{added} 个样本）？",
        "Take back revision {revision} ({files}, {added:sample})?",
    ),
    "undone": (
        "修订 {revision} 已撤回，删除 {removed} 个样本",
        "Revision {revision} is taken back; {removed:sample} removed",
    ),
    "state.whole": ("完整", "whole"),
    "state.part": ("部分", "in part"),
    "state.open": ("未结束", "no end known"),
    "state.taken-back": ("已撤回", "taken back"),
    "listed": (
        "{revision}  {time}  {who}  {state}\n   {added} 个样本，拒绝 {refused}  {span}\n   {files}  {reason}",
        "{revision}  {time}  {who}  {state}\n   {added:sample}, {refused} refused  {span}\n   {files}  {reason}",
    ),
    "no_tags": ("没有匹配的测点：{globs}", "no tag matches {globs}"),
    "exported": ("{file}：{rows} 行，{tags} 个测点", "{file}: {rows:row} of {tags:tag}"),
    "export_ended": ("导出被中止，未留下文件", "The export was ended; no file is left"),
    "unwritable": ("{file} 无法写入：{why}", "{file} cannot be written: {why}"),
}


def exchange_words(key: str, language: str, **fields: object) -> str:
    """Return a sentence in `language` ("zh" or "en") with its fields."""
    return _TEXT[key][language == "en"].format_map(fields)
