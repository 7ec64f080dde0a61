package dev.holdfast.manager.store;

import java.sql.Types;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;

/**
 * Texts come from agents and callers, and may have a NUL in them, which PostgreSQL refuses. What an agent reports must not
 * be lost for that, so it is replaced.
 */
final class TextArgument extends AbstractArgumentFactory<String> {
    TextArgument() {
        super(Types.VARCHAR);
    }

    @Override
    protected Argument build(String value, ConfigRegistry config) {
        return (position, statement, context) -> statement.setString(position, clean(value));
    }

    static String clean(String value) {
        return value.replace('\0', '\uFFFD');
    }
}
