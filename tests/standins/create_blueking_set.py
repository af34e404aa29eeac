#!/opt/py36/bin/python
# -*- coding: utf8 -*-
"""Stand-in for /data/install/bin/create_blueking_set.py. Behaviour: 004 L522-537: `-c CODE -t SECRET --delete`, and the
list of job modules that line 533 edits; the packages of 6.2 have the short one.

As in the public scripts, one call of `--delete` reads at most 200 service templates and 50 set templates. A service
template that cannot be deleted ends it with 1; a set template that cannot is a line of the output, and the exit code stays 0.
`--create-set` makes the sets that are not there yet.
"""
import argparse
import json
import os
import re
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader


class Message(object):
    set_module_dict = {
        "作业平台v3": "jobv3",
        "PaaS平台": "paas",
        "配置平台": "cmdb",
        "管控平台": "gse",
        "公共组件": "public",
        "监控平台v3": "monitor",
        "日志平台": "log",
        "节点管理": "nodeman",
        "用户认证平台": "user",
    }

    real_module_dict = {
        "cmdb": ["cmdb-admin", "cmdb-api", "cmdb-core"],
        "gse": ["gse_cluster", "gse_task", "gse_file", "gse_data", "gse_proc"],
        # the community edition has the light form of the job platform
        "job": ["job-gateway", "job-assemble"],
        "nodeman": ["nodeman-api"],
        "iam": ["bk-iam"],
        "iam_search_engine": ["bkiam-search-engine"],
        "ssm": ["bk-ssm"],
        "paas": ["paas", "appengine", "esb", "login", "apigw", "console"],
        "es7": ["elasticsearch"],
        "zk": ["zookeeper"],
        "apigateway": ["apigw-core-api", "apigw-bk-esb", "apigw-dashboard", "apigw-operator"],
    }


class Parse(object):
    @classmethod
    def modules(cls, text):
        found = []
        for line in text.split():
            if re.search("python|nfs|yum|lesscode", line):
                continue
            name = line.replace("monitorv3_", "")
            found += Message.real_module_dict.get(name, [name])
        return found


def call(args, name, params):
    body = dict(params, bk_biz_id=int(args.biz), bk_app_code=args.code, bk_app_secret=args.secret, bk_username="admin")
    path = "/api/c/compapi/v2/cc/%s/" % name
    API.log("POST", path)
    said = API.answer("POST", path, [], json.dumps(body))
    if said is None:
        sys.exit("requests.exceptions.ConnectionError: http://%s%s" % (args.url, path))
    return json.loads(said[1])


def create_sets(args):
    found = call(args, "list_set_template", {"page": {"start": 0, "limit": 50, "sort": "-name"}})
    templates = {row["name"]: row["id"] for row in found["data"]["info"]}
    for name, template in Message.set_module_dict.items():
        data = {"bk_set_name": name, "set_template_id": templates[template]}
        made = call(args, "create_set", {"data": data})
        if "duplicated instances exist" not in made["message"] and made["message"] != "success":
            sys.exit("set -> [%s] creation failed: %s" % (name, made["message"]))


def delete(args):
    first = {"start": 0, "sort": "-name"}
    found = call(args, "list_service_template", {"page": dict(first, limit=200)})
    for row in found["data"]["info"]:
        gone = call(args, "delete_service_template", {"service_template_id": row["id"]})
        if gone["message"] != "success":
            print("delete service_template failed! result -> [%s]" % gone["message"], file=sys.stderr)
            sys.exit(1)
        print("delete service_template success!, template id is -> [%s]" % row["id"])
    found = call(args, "list_set_template", {"page": dict(first, limit=50)})
    for row in found["data"]["info"]:
        gone = call(args, "delete_set_template", {"set_template_ids": [row["id"]]})
        good = gone["message"] == "success"
        print("delete template %s! Id is -> %s" % ("successful" if good else "failed", row["id"]))


if __name__ == "__main__":
    place = os.path.join(os.environ.get("STANDIN_LIB", "/usr/lib/standins"), "cmdb_api")
    loader = SourceFileLoader("cmdb_api", place)
    API = module_from_spec(spec_from_loader("cmdb_api", loader))
    loader.exec_module(API)
    options = argparse.ArgumentParser()
    options.add_argument("-c", dest="code")
    options.add_argument("-t", dest="secret")
    options.add_argument("-p", dest="url", default="paas.service.consul:80")
    options.add_argument("-b", dest="biz", default=2)
    options.add_argument("--delete", action="store_true")
    options.add_argument("--create-set", action="store_true", dest="create_set")
    given = options.parse_args()
    if given.delete == given.create_set:
        sys.exit("exactly one of the actions is needed")
    delete(given) if given.delete else create_sets(given)
