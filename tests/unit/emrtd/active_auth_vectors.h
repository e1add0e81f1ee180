/*
 * Active Authentication of keys made for this test, signed by OpenSSL's RSA and ECDSA over the challenge of ICAO 9303-11
 * App. F, whose example has no key. Representatives: 6A || M1 || H(M1 || challenge) || trailer.
 */
#ifndef DOCREV_TESTS_ACTIVE_AUTH_VECTORS_H
#define DOCREV_TESTS_ACTIVE_AUTH_VECTORS_H

#define AA_CHALLENGE "f173589974bf40c6"

#define AA_MODULUS                                                                                                     \
    "a8da9ec6766a3c71b76a15f6c6bfd2ed7cef5ad0ced7af3134db2ed825f6511ab98cd2edf946aa203d97cd729cf611e39021"             \
    "8556f4cecead42231890a1798f8efcea457a2d35beac0012d61b71f51373fb79bb32ba3ff5bb971754193435f09064d61ce5"             \
    "00177e12d1d8ce173e860ed8252c76eb0450a817d224374a98844985"

#define AA_RSA_SHA1                                                                                                    \
    "65729259e37d83ef12c85960aeb57d1a7b37e00ba2a8714b378539f560a22550273ebb1c407de550aa909226dce065def444"             \
    "97c3860f9a88ab2f787d95c5cd3cd2ea9c0314bad23b1ace3d81706021be5dc6196f4652a359701ca1ad78b5a23631429ff5"             \
    "9bffb197c93b75e5edbb5349b5b48f4ff395532646fd77c12b5398f7"

#define AA_RSA_SHA224                                                                                                  \
    "67fc2687e07db02cf8546616c262c062419c9eaa61c00d918388302586ef2efc9bff9e648037bfeb91f60ba3248742050a84"             \
    "546c39456ff080f7945ffec16946176d4b48a4d2cdd5d99cb3ee0a087686c3968975e7799d65098606a6d80d09bfa2487215"             \
    "a40803a69e4f5a117144dc6134fc34f60a77e41d5653cb983ca8521c"

#define AA_RSA_SHA256                                                                                                  \
    "547479760f6fc0118ec16baa0085fdca31c0e76fa4209d3668a7f8a2e7ad67ff6d89d51464f2f702be595cf30862a46842aa"             \
    "25a2269b7e185fd3ed3b0aa58db96e241c2d9ae6f5ed3aed978e9090a8bc69c18e93337df8287985f544dfad065da6a63daa"             \
    "cd4b0093d508f5a8e971e28bb64d3a08815b55f1e038046665241202"

#define AA_RSA_SHA384                                                                                                  \
    "854aa1b0b31b8e45a131d438a04cc345546d5130fb1cd60dbf40a1b40e811ccace9cb9017758d9ef46ea40feceb87e7d9057"             \
    "8967001915c05e94d9523890230cb5e922b6a59365544a19166186cc908ba5ad5cd3dfe7decda31a3b382df1aef8ea5ca27f"             \
    "a7e8f7bfcf0e3d8a53eed3eb97b6817c89db35c1feb2f3e91999c7df"

#define AA_RSA_SHA512                                                                                                  \
    "245fe09ee53f72061cb6f3c458a7a96f1a8d4eb31972df66644c95a86f9fee46f40fa0c2967ab9ca64331c710281c919f528"             \
    "3b9f9f4fa31aa88c9c6fabc385a4e15c349d4ff5ad7325adc31b93d6d4cf56b7ea06e0e7e105c972965598b76fdcf003a624"             \
    "ed8c54abc1a14b9bee5623b3e45481a275ac6203f0d9a69bebdd0303"

/* SHA-512's as n - S (ISO 9796-2 B.4); with header 4A; with trailer 33CC. */
#define AA_RSA_NEGATED                                                                                                 \
    "847abe27912aca6b9ab322326e18297e62620c1db564cfcad08e992fb65662d3c57d322b62cbf055d964b1019a7448c99af9"             \
    "49b7557f2b9299967c20f5b609ea1b8e10dcdd401138da6512ffde1e3ea4a4c1d12bd95814b5cda4bdc39b7e80b374d276c0"             \
    "128b29671037827b502feb2440d7f5488ea44613e14a90aeaca74682"

#define AA_RSA_HEADER                                                                                                  \
    "50b20e6a588052bf7f3203013167f136d2e109c453498e8b21e5c8b96685c3dc036fdcfec71d7195662a98a666f18a9d2642"             \
    "74a02fe87f27988230f563404f9b0795dd31c55fd6608e1939fe3c500108257511c81c91f7e3599b42cb00a66faf4dfcb3ed"             \
    "3ef6c8bc4e7320dc7b44c071f824ec51288f7832edb6539389fb18ad"

#define AA_RSA_TRAILER                                                                                                 \
    "3da52ec1905edf1ef6f07bb35154eb08f786067b8ece60b27feb3074d3c89481453eb8b458c8e83d758556a82f48a828a015"             \
    "2c830dc4eefa6700332ab4d4de04347a35c0b0faa0f4207df127d628a3af1f3be9b6fb3d98e0c25733fa2895037422032a94"             \
    "75c7baed3a0ee8d22275a51704b63f6e1dec150503dea5ab51a938ae"

/* DG15s, and DER signatures with SHA-256 of a P-256 and a P-384 key. */
#define AA_DG15_RSA                                                                                                    \
    "6f81a230819f300d06092a864886f70d010101050003818d0030818902818100a8da9ec6766a3c71b76a15f6c6bfd2ed7cef"             \
    "5ad0ced7af3134db2ed825f6511ab98cd2edf946aa203d97cd729cf611e390218556f4cecead42231890a1798f8efcea457a"             \
    "2d35beac0012d61b71f51373fb79bb32ba3ff5bb971754193435f09064d61ce500177e12d1d8ce173e860ed8252c76eb0450"             \
    "a817d224374a988449850203010001"

#define AA_DG15_P256                                                                                                   \
    "6f5b3059301306072a8648ce3d020106082a8648ce3d03010703420004a53dc109a9680c73a32347151330c0eea5924be36c"             \
    "0bf7c5db155b57fe8096b095aec19699138c60a594fa01ce1fc30a7b60a8081d23698eaf9d9606ebcafc5a"

#define AA_DG15_P384                                                                                                   \
    "6f783076301006072a8648ce3d020106052b81040022036200043bc8ed2a1cca015f05a9fbd11efadad4d74cfb8f2276aa3f"             \
    "de6f16bbd4928df51faf089cdf1931f4df84d3471797870fb76f9a6e6ae93ff84858bf9525c961f06cdd5e22eb994042d642"             \
    "c5928726be2b30014a07b983219ba89d2fa360fdf64d"

#define AA_ECDSA_P256                                                                                                  \
    "3045022007696d66cf076cefa6b18420584633d58aae149e043086f1926116d450a2e8c6022100d8b03a4799db1fb126d17a"             \
    "23be3e5269afefc671d6e1c55c0746267ca654ccb3"

#define AA_ECDSA_P384                                                                                                  \
    "3066023100c4f354977f2ada9f7b62e4d9b176524999fe2c10f6582c114c348a2505ed98c0f9d83e28d6288549f448a6cd52"             \
    "e39307023100be1c2f035dc3484cfb158d696c67568b76a9f2dcc4a585ced471537e7dc5f99c9d6dfb1f41c37df457088975"             \
    "83915db5"

#endif
