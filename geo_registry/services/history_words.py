"""What the tables of the register are called where history is read."""

from __future__ import annotations

from collections.abc import Mapping

TABLE_TITLES: Mapping[str, str] = {
    "account": "账号",
    "admin_division": "行政区划",
    "api_token": "令牌",
    "approval": "公墓批准",
    "attachment": "附件",
    "built_up_area": "建成区",
    "burial": "安葬",
    "case_file": "案件",
    "case_notice": "案件文书",
    "case_party": "案件当事人",
    "case_step": "案件步骤",
    "case_task": "案件任务",
    "cemetery": "公墓",
    "cemetery_mark": "公墓标注",
    "charge": "收费",
    "contribution": "采集",
    "culture_activity": "文化活动",
    "deceased": "逝者",
    "determination": "边界认定",
    "division_match": "区划对照",
    "document": "文件",
    "eco_burial": "生态安葬",
    "fee_item": "收费项目",
    "fee_list": "收费清单",
    "finding": "问题",
    "import_batch": "导入批次",
    "inspection_round": "排查",
    "inspection_stop": "排查点",
    "name_event": "地名事件",
    "naming_answer": "有地无名答复",
    "national_record": "国家库记录",
    "person": "人员",
    "place": "地方",
    "place_name": "名称",
    "place_story": "来历、故事",
    "plot": "墓位",
    "proposal": "申报",
    "proposal_paper": "申报材料",
    "proposal_step": "申报步骤",
    "protected_name": "保护名录",
    "report": "报告",
    "responsible": "责任人",
    "road_decision": "同名路段认定",
    "scan_run": "扫描",
    "section": "墓区",
    "segment": "路段",
    "sign": "地名标志",
    "subsidy_application": "补助申请",
    "subsidy_event": "补助办理",
    "survey": "边界测量",
    "upload": "上传的边界",
    "volunteer_team": "志愿队",
    "waiver": "豁免",
    "zone": "保护区",
}


def title_of(table: str) -> str:
    """The title of a table; its own name where nobody gave it one."""
    return TABLE_TITLES.get(table, table)
