-- What users read: built from the journal by projections, may be dropped and built again.
CREATE TABLE read_event (
    -- The event's place in the journal: the same after each rebuild.
    id BIGINT PRIMARY KEY,
    experiment VARCHAR NOT NULL,
    -- Null when it happened to the whole experiment.
    stage VARCHAR,
    happened_at_ms BIGINT NOT NULL,
    event_type VARCHAR NOT NULL,
    message VARCHAR NOT NULL,
    details VARCHAR NOT NULL
);

CREATE INDEX read_event_experiment ON read_event (experiment, id);

CREATE TABLE read_margin (
    experiment VARCHAR NOT NULL,
    arm VARCHAR NOT NULL,
    seed BIGINT NOT NULL,
    teacher_seed BIGINT NOT NULL,
    step BIGINT NOT NULL,
    epoch DOUBLE PRECISION NOT NULL,
    beta DOUBLE PRECISION NOT NULL,
    lambda DOUBLE PRECISION NOT NULL,
    margin_nats DOUBLE PRECISION NOT NULL,
    margin_at_mean_nats DOUBLE PRECISION NOT NULL,
    standard_error_nats DOUBLE PRECISION NOT NULL,
    kl_nats DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (experiment, arm, seed, teacher_seed, step)
);

-- One row per tag, locked by who projects it: a projection that began before the tables were last
-- emptied must begin anew.
CREATE TABLE read_generation (
    tag VARCHAR PRIMARY KEY,
    generation BIGINT NOT NULL
);

INSERT INTO read_generation
    VALUES ('margrave-0', 0), ('margrave-1', 0), ('margrave-2', 0), ('margrave-3', 0);

-- How far each projection came, and whether it is paused: as akka-projection-jdbc 1.4 expects them.
CREATE TABLE akka_projection_offset_store (
    projection_name VARCHAR(255) NOT NULL,
    projection_key VARCHAR(255) NOT NULL,
    current_offset VARCHAR(255) NOT NULL,
    manifest VARCHAR(4) NOT NULL,
    mergeable BOOLEAN NOT NULL,
    last_updated BIGINT NOT NULL,
    PRIMARY KEY (projection_name, projection_key)
);

CREATE TABLE akka_projection_management (
    projection_name VARCHAR(255) NOT NULL,
    projection_key VARCHAR(255) NOT NULL,
    paused BOOLEAN NOT NULL,
    last_updated BIGINT NOT NULL,
    PRIMARY KEY (projection_name, projection_key)
);
