package dev.holdfast.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the schema makes impossible, tried on a real PostgreSQL. */
@SuppressWarnings("NullAway.Init")
class WrongStatesTest {
    private static final String WORLD = """
            INSERT INTO tenant (name) VALUES ('acme'), ('other');
            INSERT INTO image (tenant_id, name, version, manifest, bundle_size_bytes)
            VALUES (1, 'shop', '1', 'm', 0), (1, 'shop', '2', 'm', 0), (2, 'shop', '1', 'm', 0), (1, 'web', '1', 'm', 0);
            INSERT INTO host (id, name, addresses, kernel, cores, memory_bytes, agent_version, last_seen_time)
            VALUES ('00000000-0000-0000-0000-00000000000a', 'a', '{}', '6.1', 2, 1, '0', now());
            INSERT INTO host_tenant VALUES ('00000000-0000-0000-0000-00000000000a', 1);
            INSERT INTO image_host VALUES (1, 1, 'shop', '00000000-0000-0000-0000-00000000000a'),
            (2, 1, 'shop', '00000000-0000-0000-0000-00000000000a');
            INSERT INTO server_process (id, tenant_id, image_name, image_id, host_id, state, pid)
            VALUES ('00000000-0000-0000-0000-0000000000b1', 1, 'shop', 1, '00000000-0000-0000-0000-00000000000a', 'running', 7),
            ('00000000-0000-0000-0000-0000000000b2', 1, 'shop', 1, '00000000-0000-0000-0000-00000000000a', 'running', 8);
            INSERT INTO upgrade (id, request_id, tenant_id, image_name, image_id, state)
            VALUES ('00000000-0000-0000-0000-0000000000c1', '00000000-0000-0000-0000-0000000000d1', 1, 'shop', 2, 'running');
            INSERT INTO cycle (id, upgrade_id, tenant_id, image_name, process_id, host_id, from_image_id, to_image_id, state,
                start_time)
            VALUES ('00000000-0000-0000-0000-0000000000e1', '00000000-0000-0000-0000-0000000000c1', 1, 'shop',
                '00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-00000000000a', 1, 2, 'holding', now());
            INSERT INTO wave (upgrade_id, number, begin_time) SELECT id, 1, now() FROM upgrade;
            INSERT INTO upgrade_host (upgrade_id, host_id, wave, position, state, begin_time)
            SELECT upgrade_id, host_id, 1, 0, 'upgrading', now() FROM cycle;
            """;

    private static EmbeddedPostgres postgres;

    private Connection connection;

    @BeforeAll
    static void start(@TempDir Path data) throws IOException {
        System.setProperty("ot.epg.working-dir", System.getProperty("user.home") + "/.cache/holdfast/postgres");
        postgres = EmbeddedPostgres.builder().setDataDirectory(data).start();
        Migrations.run(postgres.getPostgresDatabase());
        Migrations.run(postgres.getPostgresDatabase());
    }

    @AfterAll
    static void stop() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void build() throws SQLException {
        connection = postgres.getPostgresDatabase().getConnection();
        connection.setAutoCommit(false);
        run("ALTER SEQUENCE tenant_id_seq RESTART; ALTER SEQUENCE image_id_seq RESTART");
        run(WORLD);
    }

    @AfterEach
    void undo() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            tenant_name_check          | INSERT INTO tenant (name) VALUES ('Acme')
            tenant_name_key            | INSERT INTO tenant (name) VALUES ('acme')
            image_version_check        | UPDATE image SET version = 'a b'
            image_bundle_digest_check  | UPDATE image SET bundle_digest = 'md5:1', bundle_size_bytes = 1
            image_check                | UPDATE image SET bundle_size_bytes = 1
            image_tenant_id_name_version_key | INSERT INTO image (tenant_id, name, version, manifest, bundle_size_bytes) VALUES (1, 'shop', '1', 'n', 0)
            server_process_image_id_tenant_id_image_name_fkey | UPDATE server_process SET image_id = 3
            server_process_image_id_host_id_fkey | INSERT INTO server_process (id, tenant_id, image_name, image_id, host_id, state) SELECT gen_random_uuid(), 1, 'web', 4, host_id, 'requested' FROM host_tenant
            server_process_state_check | UPDATE server_process SET state = 'odd'
            final_has_end_time         | UPDATE server_process SET state = 'exited'
            final_has_end_time         | UPDATE server_process SET end_time = now()
            running_has_pid            | UPDATE server_process SET pid = NULL
            host_tenant                | DELETE FROM host_tenant
            connected_in_a_session     | UPDATE host SET manager_id = gen_random_uuid()
            manager_agents_check       | INSERT INTO manager VALUES (gen_random_uuid(), 'a:1', '', now())
            process_port_port_check    | INSERT INTO process_port SELECT id, '::', 0, 1, 0 FROM server_process
            one_running_upgrade        | INSERT INTO upgrade (id, tenant_id, image_name, image_id, state) VALUES (gen_random_uuid(), 1, 'shop', 1, 'running')
            upgrade_request_id_key     | INSERT INTO upgrade (id, request_id, tenant_id, image_name, image_id, state, end_time) SELECT gen_random_uuid(), request_id, 1, 'shop', 1, 'done', now() FROM upgrade
            upgrade_image_id_tenant_id_image_name_fkey | INSERT INTO upgrade (id, tenant_id, image_name, image_id, state, end_time) VALUES (gen_random_uuid(), 1, 'shop', 4, 'done', now())
            final_has_end_time         | UPDATE upgrade SET state = 'done'
            goes_to_the_upgrades_image | UPDATE cycle SET to_image_id = 1, from_image_id = 2
            cycle_to_image_id_tenant_id_image_name_fkey | UPDATE cycle SET to_image_id = 4, back = true
            changes_the_image          | UPDATE cycle SET from_image_id = 2
            final_has_end_time         | UPDATE cycle SET state = 'done'
            begun_has_start_time       | UPDATE cycle SET start_time = NULL
            undone_has_reason          | UPDATE cycle SET state = 'aborted', end_time = now()
            one_open_cycle_per_host    | INSERT INTO cycle SELECT gen_random_uuid(), upgrade_id, tenant_id, image_name, '00000000-0000-0000-0000-0000000000b2', host_id, 1, 2, 'preparing', '', now() FROM cycle
            cycle_upgrade_id_process_id_back_key | INSERT INTO cycle SELECT gen_random_uuid(), upgrade_id, tenant_id, image_name, process_id, host_id, 1, 2, 'done', '', now(), now() FROM cycle
            one_open_cycle_per_process | WITH u AS (INSERT INTO upgrade (id, tenant_id, image_name, image_id, state, end_time) VALUES (gen_random_uuid(), 1, 'shop', 2, 'done', now()) RETURNING id) INSERT INTO cycle SELECT gen_random_uuid(), u.id, tenant_id, image_name, process_id, host_id, 1, 2, 'queued' FROM cycle, u
            open_in_a_running_upgrade  | UPDATE upgrade SET state = 'done', end_time = now()
            paused_by_its_cycle        | INSERT INTO paused_process SELECT process_id, id FROM cycle
            paused_by_its_cycle        | UPDATE cycle SET state = 'pausing'; INSERT INTO paused_process SELECT '00000000-0000-0000-0000-0000000000b2', id FROM cycle
            paused_by_its_cycle        | UPDATE cycle SET state = 'pausing'; INSERT INTO paused_process SELECT process_id, id FROM cycle; UPDATE cycle SET state = 'done', end_time = now()
            reset_has_reason           | INSERT INTO connection_outcome SELECT id, 0, 'l', 'p', 'reset', '', 0, 0 FROM cycle
            outcome_check              | INSERT INTO connection_outcome SELECT id, 0, 'l', 'p', 'lost', '', 0, 0 FROM cycle
            abort_is_a_stop            | UPDATE upgrade SET abort_time = now()
            stop_has_reason            | UPDATE upgrade SET stop_time = now()
            stop_does_something        | UPDATE upgrade SET stop_back = true
            ended_has_begun            | UPDATE wave SET begin_time = NULL, end_time = now()
            upgrade_host_upgrade_id_wave_fkey | UPDATE upgrade_host SET wave = 2
            upgrade_host_state_check   | UPDATE upgrade_host SET state = 'odd'
            begun_has_begin_time       | UPDATE upgrade_host SET begin_time = NULL
            returning_has_return_time  | UPDATE upgrade_host SET state = 'returning'
            at_rest_has_ending         | UPDATE upgrade_host SET state = 'failed'
            at_rest_has_ending         | UPDATE upgrade_host SET ending = 'done'
            lingering_lingers          | UPDATE cycle SET state = 'lingering'
            unreported_is_failed       | UPDATE cycle SET unreported = true
            request_has_image          | UPDATE server_process SET request_id = gen_random_uuid() WHERE pid = 7
            requested_image            | UPDATE server_process SET request_id = gen_random_uuid(), requested_image_id = 3 WHERE pid = 7
            event_cycle_id_upgrade_id_fkey | INSERT INTO event (upgrade_id, cycle_id, state) SELECT upgrade_id, gen_random_uuid(), 'x' FROM cycle
            """)
    void refuses(String constraint, String sql) {
        assertThatThrownBy(() -> run(sql)).isInstanceOf(SQLException.class).hasMessageContaining(constraint);
    }

    @Test
    void aSecondProcessOfTheHostWaitsQueued() throws SQLException {
        run("""
                INSERT INTO cycle SELECT gen_random_uuid(), upgrade_id, tenant_id, image_name,
                    '00000000-0000-0000-0000-0000000000b2', host_id, 1, 2, 'queued' FROM cycle
                """);
        assertThat(texts("SELECT id FROM cycle")).hasSize(2);
    }

    /** Without one, whoever changes what is referred to reads the whole table that refers to it. */
    @Test
    void everyForeignKeyHasAnIndex() throws SQLException {
        assertThat(texts("""
                        SELECT conrelid::regclass || ': ' || conname FROM pg_constraint k
                        WHERE contype = 'f' AND NOT EXISTS (
                            SELECT FROM pg_index
                            WHERE indrelid = k.conrelid AND indpred IS NULL AND indkey[0] = k.conkey[1])
                        """)).isEmpty();
    }

    private List<String> texts(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }

    private void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
