//! ETW trace logs (ETL): the container, its records and what they carry.
