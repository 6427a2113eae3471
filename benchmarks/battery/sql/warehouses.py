"""Queries of warehouses and data frames. Seen in mage-ai, dlt, awswrangler, duckdb, airflow's providers, cloudkitty."""

import boto3
import pandas as pd
import polars as pl
from clickhouse_driver import Client
from google.cloud import bigquery
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
TABLE = "events"


def of_city(city):  # verdict: defect - a value in BigQuery
    return bigquery.Client().query(f"SELECT * FROM places WHERE city = '{city}'").result()


def of_city_bound(city):  # verdict: fine - a query parameter
    config = bigquery.QueryJobConfig(query_parameters=[bigquery.ScalarQueryParameter("city", "STRING", city)])
    return bigquery.Client().query("SELECT * FROM places WHERE city = @city", job_config=config).result()


def with_spark(city):  # verdict: defect - a value in Spark
    return spark.sql("SELECT * FROM places WHERE city = '{}'".format(city))


def with_spark_bound(city):  # verdict: fine - named arguments
    return spark.sql("SELECT * FROM places WHERE city = :city", args={"city": city})


def into_a_frame(conn, city):  # verdict: defect - a value in what pandas reads
    return pd.read_sql(f"SELECT * FROM places WHERE city = '{city}'", conn)


def into_a_frame_bound(conn, city):  # verdict: fine - `params`
    return pd.read_sql("SELECT * FROM places WHERE city = %(city)s", conn, params={"city": city})


def into_polars(conn, city: str):  # verdict: defect - a value in what polars reads
    return pl.read_database(query=f"SELECT * FROM places WHERE city = '{city}'", connection=conn)


def everything(conn):  # verdict: fine - a constant table
    return pl.read_database(query=f"SELECT * FROM {TABLE}", connection=conn)


def with_athena(city):  # verdict: defect - a value in Athena
    query = f"SELECT * FROM places WHERE city = '{city}'"
    return boto3.client("athena").start_query_execution(QueryString=query)


def with_clickhouse(host, city):  # verdict: defect - a value in ClickHouse
    return Client(host).execute("SELECT * FROM places WHERE city = '%s'" % city)


def with_clickhouse_bound(host, city):  # verdict: fine - the driver puts it in
    return Client(host).execute("SELECT * FROM places WHERE city = %(city)s", {"city": city})
