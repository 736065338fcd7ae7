-- Who may go on after orchestrators have lost sight of each other.
CREATE TABLE IF NOT EXISTS lease (
    name VARCHAR(255) PRIMARY KEY,
    owner VARCHAR(255) NOT NULL,
    held_until TIMESTAMPTZ NOT NULL
    );
