package io.agentfense.server.rpc;

import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Caller;
import io.agentfense.server.access.Verb;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.CodebaseRecord;
import io.agentfense.server.store.Database;
import io.agentfense.server.store.SandboxRecord;
import io.agentfense.server.store.SessionRecord;
import io.agentfense.server.trace.Step;
import io.agentfense.server.trace.Tracer;
import io.grpc.Context;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Function;

/**
 * The way to an object by its id: it is found only by who may do with it what the call does, and for everybody else it is
 * not there, in the same words. Every call that names an object goes through here. Thread-safe.
 */
public final class Door {
    /** Who makes the call that the current thread works on. */
    static final Context.Key<Caller> CALLER = Context.key("caller");

    /** The step of each. */
    private static final String AUTHORIZE = "authorize";

    private final Database database;
    private final Function<String, Optional<String>> runningOwner;
    private final Tracer tracer;

    /**
     * To the objects of a store.
     *
     * @param runningOwner the owner of a sandbox that runs, known without the store; empty for any other
     */
    public Door(Database database, Function<String, Optional<String>> runningOwner, Tracer tracer) {
        this.database = database;
        this.runningOwner = runningOwner;
        this.tracer = tracer;
    }

    static Caller caller() {
        Caller caller = CALLER.get();
        if (caller == null) {
            throw Status.UNAUTHENTICATED
                    .withDescription("nobody is known to call")
                    .asRuntimeException();
        }
        return caller;
    }

    SandboxRecord sandbox(String id, Verb verb) throws Refusal, AccessException {
        return sandbox(caller(), id, verb);
    }

    /** For a caller who is known in another way. */
    public SandboxRecord sandbox(Caller caller, String id, Verb verb) throws Refusal, AccessException {
        try (Step step = tracer.begin(AUTHORIZE)) {
            SandboxRecord record = findSandbox(caller, id, verb);
            step.with("agentfense.sandbox.id", record.id()).done();
            return record;
        }
    }

    private SandboxRecord findSandbox(Caller caller, String id, Verb verb) throws Refusal, AccessException {
        required(id, "sandbox_id");
        SandboxRecord record = database.sandboxes().find(id).orElse(null);
        if (record == null || isHidden(caller, verb, record.ownerId())) {
            throw Refusal.noSandbox();
        }
        return record;
    }

    /**
     * The id of a sandbox, for calls that need no more of it. The store is not read for one that runs: whose it is never
     * changes.
     */
    String enter(String id, Verb verb) throws Refusal, AccessException {
        return enter(caller(), id, verb);
    }

    /** For a caller who is known in another way. */
    public String enter(Caller caller, String id, Verb verb) throws Refusal, AccessException {
        try (Step step = tracer.begin(AUTHORIZE)) {
            String found = findId(caller, id, verb);
            step.with("agentfense.sandbox.id", found).done();
            return found;
        }
    }

    private String findId(Caller caller, String id, Verb verb) throws Refusal, AccessException {
        Optional<String> owner = runningOwner.apply(id);
        if (owner.isEmpty()) {
            return findSandbox(caller, id, verb).id();
        }
        if (isHidden(caller, verb, owner.get())) {
            throw Refusal.noSandbox();
        }
        return id;
    }

    /** A sandbox, unless it is not there for the caller. */
    Optional<SandboxRecord> find(String id, Verb verb) {
        return database.sandboxes().find(id).filter(record -> mayKnow(record, verb));
    }

    private static boolean mayKnow(SandboxRecord record, Verb verb) {
        return Authorization.decide(caller(), verb, record.ownerId()) == Authorization.Decision.ALLOW;
    }

    CodebaseRecord codebase(String id, Verb verb) throws Refusal, AccessException {
        return codebase(caller(), id, verb);
    }

    /** For a caller who is known in another way. */
    public CodebaseRecord codebase(Caller caller, String id, Verb verb) throws Refusal, AccessException {
        try (Step step = tracer.begin(AUTHORIZE)) {
            CodebaseRecord record = findCodebase(caller, id, verb);
            step.with("agentfense.codebase.id", record.id()).done();
            return record;
        }
    }

    private CodebaseRecord findCodebase(Caller caller, String id, Verb verb) throws Refusal, AccessException {
        required(id, "codebase_id");
        CodebaseRecord record = database.codebases().find(id).orElse(null);
        if (record == null || isHidden(caller, verb, record.ownerId())) {
            throw new Refusal(Kind.NOT_FOUND, "codebase not found");
        }
        return record;
    }

    SessionRecord session(String id, Verb verb) throws Refusal, AccessException {
        return session(caller(), id, verb);
    }

    /** For a caller who is known in another way. */
    public SessionRecord session(Caller caller, String id, Verb verb) throws Refusal, AccessException {
        try (Step step = tracer.begin(AUTHORIZE)) {
            SessionRecord record = findSession(caller, id, verb);
            step.with("agentfense.session.id", record.id()).done();
            return record;
        }
    }

    private SessionRecord findSession(Caller caller, String id, Verb verb) throws Refusal, AccessException {
        required(id, "session_id");
        SessionRecord record = database.sessions().find(id).orElse(null);
        if (record == null || isHidden(caller, verb, owner(record.sandboxId()))) {
            throw new Refusal(Kind.NOT_FOUND, "session not found");
        }
        return record;
    }

    private String owner(String sandboxId) {
        return runningOwner
                .apply(sandboxId)
                .or(() -> database.sandboxes().find(sandboxId).map(SandboxRecord::ownerId))
                .orElse("");
    }

    private static boolean isHidden(Caller caller, Verb verb, String owner) throws AccessException {
        try {
            Authorization.check(caller, verb, owner);
            return false;
        } catch (AccessException.Hidden e) {
            return true;
        }
    }

    /** Refuses a request that leaves out what it can't do without. */
    static void required(String value, String field) throws Refusal {
        if (value.isEmpty()) {
            throw new Refusal(Kind.INVALID, field + " is required");
        }
    }
}
