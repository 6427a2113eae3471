"""Calls that succeed as a whole while parts of them failed, and where they say so."""

from __future__ import annotations

from typing import NamedTuple


class Batch(NamedTuple):
    """`keyword` is an argument that gives the API away, `field` the entry of the answer that names what failed."""

    keyword: str
    field: str
    what: str


#: boto3 1.40 and botocore 1.40 (`data/*/service-2.json`), aioboto3 15; the same for resources such as `Bucket`.
#: `Table.batch_writer()` tries again by itself.
AWS = {
    "batch_write_item": Batch("RequestItems", "UnprocessedItems", "items that DynamoDB did not write"),
    "batch_get_item": Batch("RequestItems", "UnprocessedKeys", "keys that DynamoDB did not read"),
    "put_records": Batch("Records", "FailedRecordCount", "records that Kinesis refused"),
    "put_record_batch": Batch("Records", "FailedPutCount", "records that Firehose refused"),
    "send_message_batch": Batch("Entries", "Failed", "messages that SQS refused"),
    "delete_message_batch": Batch("Entries", "Failed", "messages that SQS did not delete"),
    "publish_batch": Batch("PublishBatchRequestEntries", "Failed", "messages that SNS refused"),
    "delete_objects": Batch("Delete", "Errors", "objects that S3 did not delete"),
    "put_events": Batch("Entries", "FailedEntryCount", "events that EventBridge refused"),
    "invoke": Batch("FunctionName", "FunctionError", "an error that the function raised"),
}
#: The same answers per entry: reading them is reading the failures too.
AWS_ENTRIES = {"put_records": "Records", "put_record_batch": "RequestResponses", "put_events": "Entries"}
SEARCH_ANSWERS = frozenset({"errors", "items"})  # `items` has the status of each document
#: What the payload of a Lambda function that failed holds in the place of its result.
LAMBDA_ERROR_KEYS = ("errorMessage", "errorType", "stackTrace")

#: Clients whose `bulk` answers with `errors`. elasticsearch-py 9.1, opensearch-py 3.0.
SEARCH_CLIENTS = frozenset(
    [
        *("elasticsearch.Elasticsearch", "elasticsearch.AsyncElasticsearch"),
        *("opensearchpy.OpenSearch", "opensearchpy.AsyncOpenSearch"),
    ]
)
#: Helpers that give `(succeeded, errors)`, and raise unless told not to. The same packages, `helpers/actions.py`.
SEARCH_HELPERS = tuple(
    f"{module}.{name}"
    for module in ("elasticsearch.helpers", "opensearchpy.helpers", "opensearchpy")
    for name in ("bulk", "async_bulk")
)
#: kafka-python 2.2 `producer/kafka.py`, aiokafka 0.12 `producer/producer.py`: `send` gives a future.
KAFKA_PRODUCERS = frozenset({"kafka.KafkaProducer", "kafka.producer.KafkaProducer", "aiokafka.AIOKafkaProducer"})
#: confluent-kafka 2.11: `produce(topic, value, key, partition, callback)`.
CONFLUENT_PRODUCERS = frozenset({"confluent_kafka.Producer", "confluent_kafka.SerializingProducer"})
CONFLUENT_CALLBACKS = frozenset({"on_delivery", "callback"})
CONFLUENT_CALLBACK_POSITION = 4
#: google-cloud-bigquery 3.36 `client.py`: a list with the errors of each row.
BIGQUERY_METHODS = ("insert_rows_json", "insert_rows", "insert_rows_from_dataframe")
BIGQUERY_CLIENTS = frozenset({"google.cloud.bigquery.Client", "google.cloud.bigquery.client.Client"})
#: CPython 3.14 `smtplib.py`: a dictionary of the recipients that were refused, as long as one was not.
SMTP_CLIENTS = frozenset({"smtplib.SMTP", "smtplib.SMTP_SSL", "smtplib.LMTP"})
BULK_WRITE_ERROR = "pymongo.errors.BulkWriteError"  # PyMongo 4.15 `errors.py`
