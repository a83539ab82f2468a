package io.agentfense.server.store;

import java.io.IOException;
import java.nio.file.Path;

/** The databases that the store's tests run on. */
enum Engine {
    SQLITE {
        @Override
        String fresh(Path directory) {
            return directory.resolve("state/metadata.db").toString();
        }
    },
    POSTGRESQL {
        @Override
        String fresh(Path directory) throws IOException {
            return PostgresCluster.shared().newDatabase();
        }
    };

    /** Where a database of its own would be. */
    abstract String fresh(Path directory) throws IOException;
}
