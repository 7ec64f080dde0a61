-- How many connections of a cycle ended how: a list of upgrades would count millions of rows to say it.
CREATE TABLE outcome_total (
    cycle_id uuid NOT NULL REFERENCES cycle,
    outcome text NOT NULL CHECK (outcome IN ('kept', 'released', 'closed by client', 'reset')),
    connections integer NOT NULL CHECK (connections > 0),
    PRIMARY KEY (cycle_id, outcome)
);

INSERT INTO outcome_total
SELECT cycle_id, outcome, count(*) FROM connection_outcome GROUP BY cycle_id, outcome;
