DROP TABLE measurements_2024, measurements_2023, measurements;
