DROP TABLE events_2025, events_2024;
