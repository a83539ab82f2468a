package io.agentfense.server.rpc;

import io.agentfense.api.ours.v1.AccessServiceGrpc.AccessServiceImplBase;
import io.agentfense.api.ours.v1.BlockUserRequest;
import io.agentfense.api.ours.v1.CreateKeyRequest;
import io.agentfense.api.ours.v1.CreateKeyResponse;
import io.agentfense.api.ours.v1.Identity;
import io.agentfense.api.ours.v1.KeyInfo;
import io.agentfense.api.ours.v1.ListKeysRequest;
import io.agentfense.api.ours.v1.ListKeysResponse;
import io.agentfense.api.ours.v1.ListUsersRequest;
import io.agentfense.api.ours.v1.ListUsersResponse;
import io.agentfense.api.ours.v1.RevokeKeyRequest;
import io.agentfense.api.ours.v1.Role;
import io.agentfense.api.ours.v1.UnblockUserRequest;
import io.agentfense.api.ours.v1.UserInfo;
import io.agentfense.api.ours.v1.WhoAmIRequest;
import io.agentfense.api.v1.Empty;
import io.agentfense.server.access.ApiKeys;
import io.agentfense.server.access.Authorization;
import io.agentfense.server.access.Caller;
import io.agentfense.server.sandbox.Refusal;
import io.agentfense.server.sandbox.Refusal.Kind;
import io.agentfense.server.sandbox.Sweep;
import io.agentfense.server.store.ApiKeyRecord;
import io.agentfense.server.store.UserRecord;
import io.agentfense.server.store.UserTable;
import io.agentfense.server.store.UserUsage;
import io.grpc.stub.StreamObserver;
import java.time.InstantSource;
import java.util.Optional;

/** {@code agentfense.v1.AccessService}. Thread-safe. */
public final class AccessRpc extends AccessServiceImplBase {
    private final ApiKeys keys;
    private final UserTable users;
    private final Sweep sweep;
    private final InstantSource clock;

    /** Over these keys and users. */
    public AccessRpc(ApiKeys keys, UserTable users, Sweep sweep, InstantSource clock) {
        this.keys = keys;
        this.users = users;
        this.sweep = sweep;
        this.clock = clock;
    }

    @Override
    public void whoAmI(WhoAmIRequest request, StreamObserver<Identity> observer) {
        Call.answer(observer, () -> {
            Caller caller = Door.caller();
            return Identity.newBuilder()
                    .setUserId(caller.userId())
                    .setRole(role(caller.role()))
                    .setAuthenticated(caller.authenticated())
                    .build();
        });
    }

    @Override
    public void createKey(CreateKeyRequest request, StreamObserver<CreateKeyResponse> observer) {
        Call.answer(observer, () -> {
            Authorization.checkAdministrator(Door.caller());
            Door.required(request.getUserId(), "user_id");
            ApiKeys.Created created = keys.create(
                    request.getUserId(),
                    role(request.getRole(), request.getRoleValue()),
                    request.getDescription(),
                    Times.of(request.hasExpiresIn(), request.getExpiresIn(), "expires_in"));
            return CreateKeyResponse.newBuilder()
                    .setInfo(message(created.record()))
                    .setKey(created.key())
                    .build();
        });
    }

    @Override
    public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> observer) {
        Call.answer(observer, () -> {
            Authorization.checkAdministrator(Door.caller());
            ListKeysResponse.Builder response = ListKeysResponse.newBuilder();
            keys.list(Optional.of(request.getUserId()).filter(id -> !id.isEmpty()))
                    .forEach(key -> response.addKeys(message(key)));
            return response.build();
        });
    }

    @Override
    public void revokeKey(RevokeKeyRequest request, StreamObserver<Empty> observer) {
        Call.answer(observer, () -> {
            Authorization.checkAdministrator(Door.caller());
            Door.required(request.getKeyId(), "key_id");
            if (!keys.revoke(request.getKeyId())) {
                throw new Refusal(Kind.NOT_FOUND, "key not found");
            }
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void listUsers(ListUsersRequest request, StreamObserver<ListUsersResponse> observer) {
        Call.answer(observer, () -> {
            Authorization.checkAdministrator(Door.caller());
            ListUsersResponse.Builder response = ListUsersResponse.newBuilder();
            users.list().forEach(user -> response.addUsers(message(user)));
            return response.build();
        });
    }

    @Override
    public void blockUser(BlockUserRequest request, StreamObserver<UserInfo> observer) {
        Call.answer(observer, () -> {
            Authorization.checkAdministrator(Door.caller());
            Door.required(request.getUserId(), "user_id");
            UserRecord user = users.block(request.getUserId(), request.getReason(), clock.instant());
            sweep.stopAllOf(user.id(), "its user was blocked");
            return message(user);
        });
    }

    @Override
    public void unblockUser(UnblockUserRequest request, StreamObserver<UserInfo> observer) {
        Call.answer(observer, () -> {
            Authorization.checkAdministrator(Door.caller());
            Door.required(request.getUserId(), "user_id");
            return message(users.unblock(request.getUserId(), clock.instant()));
        });
    }

    private UserInfo message(UserRecord user) {
        UserUsage usage = users.usage(user.id());
        return UserInfo.newBuilder()
                .setId(user.id())
                .setBlocked(user.blocked())
                .setReason(user.reason())
                .setSandboxes((int) usage.sandboxes())
                .setRunningSandboxes((int) usage.runningSandboxes())
                .setCodebaseBytes(usage.codebaseBytes())
                .build();
    }

    private static KeyInfo message(ApiKeyRecord key) {
        KeyInfo.Builder message = KeyInfo.newBuilder()
                .setId(key.id())
                .setUserId(key.userId())
                .setRole(role(key.role()))
                .setDescription(key.description())
                .setCreatedAt(Times.of(key.createdAt()));
        key.expiresAt().ifPresent(time -> message.setExpiresAt(Times.of(time)));
        key.lastUsedAt().ifPresent(time -> message.setLastUsedAt(Times.of(time)));
        return message.build();
    }

    private static Role role(io.agentfense.server.store.Role role) {
        return switch (role) {
            case USER -> Role.USER;
            case AUDITOR -> Role.AUDITOR;
            case ADMIN -> Role.ADMIN;
        };
    }

    private static io.agentfense.server.store.Role role(Role role, int value) throws Refusal {
        return switch (role) {
            case ROLE_UNSPECIFIED, USER -> io.agentfense.server.store.Role.USER;
            case AUDITOR -> io.agentfense.server.store.Role.AUDITOR;
            case ADMIN -> io.agentfense.server.store.Role.ADMIN;
            case UNRECOGNIZED -> throw new Refusal(Kind.INVALID, "role: unknown value " + value);
        };
    }
}
