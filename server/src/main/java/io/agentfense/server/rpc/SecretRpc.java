package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.ListSecretsRequest;
import io.agentfense.api.ours.v1.ListSecretsResponse;
import io.agentfense.api.ours.v1.RemoveSecretRequest;
import io.agentfense.api.ours.v1.SecretInfo;
import io.agentfense.api.ours.v1.SecretServiceGrpc.SecretServiceImplBase;
import io.agentfense.api.ours.v1.SetSecretRequest;
import io.agentfense.api.v1.Empty;
import io.agentfense.server.access.AccessException;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Caller;
import io.agentfense.server.access.UserName;
import io.agentfense.server.access.Verb;
import io.agentfense.server.credential.Secrets;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.store.SecretRecord;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** {@code agentfense.v1.SecretService}. Thread-safe. */
public final class SecretRpc extends SecretServiceImplBase {
    private final Secrets secrets;

    /** Over these secrets. */
    public SecretRpc(Secrets secrets) {
        this.secrets = secrets;
    }

    @Override
    public void setSecret(SetSecretRequest request, StreamObserver<SecretInfo> observer) {
        Call.answer(observer, () -> {
            String owner = owner(request.getUserId(), Verb.CREATE);
            return message(secrets.set(owner, request.getName(), request.getValue()));
        });
    }

    @Override
    public void listSecrets(ListSecretsRequest request, StreamObserver<ListSecretsResponse> observer) {
        Call.answer(observer, () -> {
            Caller caller = Door.caller();
            Optional<String> owner = request.getUserId().isEmpty() && Authorization.readsAll(caller)
                    ? Optional.empty()
                    : Optional.of(owner(request.getUserId(), Verb.READ));
            ListSecretsResponse.Builder response = ListSecretsResponse.newBuilder();
            secrets.list(owner).forEach(secret -> response.addSecrets(message(secret)));
            return response.build();
        });
    }

    @Override
    public void removeSecret(RemoveSecretRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            String owner = owner(request.getUserId(), Verb.DELETE);
            Door.required(request.getName(), "name");
            secrets.remove(owner, request.getName());
            return Empty.getDefaultInstance();
        });
    }

    /** Whose secrets a call is about, if its caller may do so with them. */
    private static String owner(String requested, Verb verb) throws Refusal, AccessException {
        Caller caller = Door.caller();
        String owner = requested.isEmpty() ? caller.userId() : requested;
        Door.required(owner, "user_id");
        if (!UserName.isValid(owner)) {
            throw new Refusal(Kind.INVALID, "user_id must have 1 to 255 bytes and no control characters");
        }
        Authorization.check(caller, verb, owner);
        return owner;
    }

    private static SecretInfo message(SecretRecord secret) {
        return SecretInfo.newBuilder()
                .setName(secret.name())
                .setUserId(secret.ownerId())
                .setCreatedAt(Times.of(secret.createdAt()))
                .setUpdatedAt(Times.of(secret.updatedAt()))
                .build();
    }
}
