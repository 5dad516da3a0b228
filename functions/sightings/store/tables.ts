import type { Migrations } from './migrations.ts';

/** Moments are seconds since the epoch. Lists and objects are JSON text. */
export const TABLES: Migrations = [
  [
    `CREATE TABLE sightings (
      id TEXT PRIMARY KEY,
      camera_id TEXT NOT NULL,
      topic TEXT NOT NULL,
      track_id BIGINT NOT NULL,
      label TEXT,
      began DOUBLE PRECISION NOT NULL,
      ended DOUBLE PRECISION,
      last_seen DOUBLE PRECISION NOT NULL,
      frames BIGINT NOT NULL,
      best_score DOUBLE PRECISION,
      zones TEXT NOT NULL,
      best TEXT NOT NULL,
      best_quality DOUBLE PRECISION NOT NULL,
      picture TEXT,
      pictures BIGINT NOT NULL DEFAULT 0,
      bytes BIGINT NOT NULL DEFAULT 0
    )`,
    'CREATE INDEX sightings_by_time ON sightings (began, id)',
    'CREATE INDEX sightings_by_camera ON sightings (camera_id, began, id)',
    'CREATE INDEX sightings_by_label ON sightings (label, began, id)',
    'CREATE INDEX sightings_open ON sightings (camera_id, topic) WHERE ended IS NULL',
    `CREATE TABLE sighting_zones (
      zone TEXT NOT NULL,
      began DOUBLE PRECISION NOT NULL,
      id TEXT NOT NULL,
      PRIMARY KEY (zone, began, id)
    )`,
    // how far streams are read, with the last message, by which a stream is known again
    `CREATE TABLE stream_positions (
      stream TEXT PRIMARY KEY,
      position BIGINT NOT NULL,
      content TEXT NOT NULL
    )`,
    // the last record of each camera and topic: one that comes again is known by it
    `CREATE TABLE camera_positions (
      camera_id TEXT NOT NULL,
      topic TEXT NOT NULL,
      up_to BIGINT NOT NULL,
      captured_at DOUBLE PRECISION NOT NULL,
      PRIMARY KEY (camera_id, topic)
    )`,
    `CREATE TABLE frame_pictures (
      frame_id TEXT PRIMARY KEY,
      camera_id TEXT NOT NULL,
      captured_at DOUBLE PRECISION NOT NULL,
      why TEXT NOT NULL,
      picture TEXT NOT NULL,
      bytes BIGINT NOT NULL
    )`,
    'CREATE INDEX frame_pictures_by_time ON frame_pictures (captured_at, frame_id)',
  ],
  [
    // the frame of the picture: its page shows it too
    'ALTER TABLE sightings ADD COLUMN picture_frame TEXT',
    'CREATE INDEX sightings_by_frame ON sightings (picture_frame)',
    'CREATE INDEX sightings_by_picture ON sightings (picture)',
    'CREATE INDEX frame_pictures_by_picture ON frame_pictures (picture)',
  ],
  [
    // cameras that got another id, and when that was read, milliseconds since the epoch
    `CREATE TABLE camera_renames (
      camera_id TEXT NOT NULL,
      renamed_to TEXT NOT NULL,
      until DOUBLE PRECISION NOT NULL,
      noted BIGINT NOT NULL,
      PRIMARY KEY (camera_id, until)
    )`,
  ],
];
