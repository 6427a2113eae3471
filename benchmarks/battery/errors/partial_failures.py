"""Calls that return normally when a part of the work failed. Seen in mlflow, mlrun, django, salt, superset."""

import boto3
from django.core.mail import send_mail
from elasticsearch import Elasticsearch, helpers
from google.cloud import bigquery


def delete_files(bucket, keys):
    s3 = boto3.client("s3")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})  # verdict: defect - objects that could not be deleted are listed in Errors


def enqueue(queue_url, entries):
    sqs = boto3.client("sqs")
    sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)  # verdict: defect - messages listed in Failed are lost


def store_items(table, items):
    dynamodb = boto3.client("dynamodb")
    response = dynamodb.batch_write_item(RequestItems={table: items})  # verdict: defect - UnprocessedItems is not read
    return response["ResponseMetadata"]["RequestId"]


def stream_rows(client: bigquery.Client, table, rows):
    client.insert_rows_json(table, rows)  # verdict: defect - the errors are the return value


def index_documents(documents):
    search = Elasticsearch("http://search.invalid")
    helpers.bulk(search, documents, raise_on_error=False)  # verdict: defect - errors are returned, not raised, and dropped


def mail_admins(text):
    send_mail("Report", text, "robot@example.invalid", ["admins@example.invalid"], fail_silently=True)  # verdict: defect - a mail that was not sent is not known


def put_metrics(stream, records):
    kinesis = boto3.client("kinesis")
    kinesis.put_records(StreamName=stream, Records=records)  # verdict: defect - FailedRecordCount is not read


def delete_all(bucket, keys):
    s3 = boto3.client("s3")
    response = s3.delete_objects(Bucket=bucket, Delete={"Objects": keys})  # verdict: fine - Errors is read and raised
    if response.get("Errors"):
        raise RuntimeError(f"not deleted: {response['Errors']}")


def enqueue_all(queue_url, entries):
    sqs = boto3.client("sqs")
    return sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)  # verdict: fine - the caller gets the answer


def store_all(name, items):
    table = boto3.resource("dynamodb").Table(name)
    with table.batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)  # verdict: fine - the writer tries unprocessed items again by itself


def load_rows(client: bigquery.Client, table, rows):
    errors = client.insert_rows_json(table, rows)  # verdict: fine - the errors are looked at
    if errors:
        raise RuntimeError(errors)


def reindex(documents):
    search = Elasticsearch("http://search.invalid")
    helpers.bulk(search, documents)  # verdict: fine - raises by default


def mail_user(text, address):
    send_mail("Receipt", text, "robot@example.invalid", [address])  # verdict: fine - raises
