/* The worked examples of PACE in ICAO 9303-11: App. G (generic), H (integrated) and I (chip authentication mapping). */
#ifndef DOCREV_TESTS_ICAO_PACE_H
#define DOCREV_TESTS_ICAO_PACE_H

/* Hexadecimal, as the standard prints it; NULL where an example has no such number. ifd = terminal, ic = chip. */
struct icao_pace {
    const char *oid;
    unsigned parameter_id;
    const char *mrz_information;
    const char *k_pi, *z, *s;
    const char *map_ifd_secret, *map_ifd_public, *map_ic_secret, *map_ic_public; /* generic */
    const char *t, *pseudo_random, *pseudo_random_mod_p;                         /* integrated */
    const char *shared_h, *generator;
    const char *ifd_secret, *ifd_public, *ic_secret, *ic_public;
    const char *shared_k, *ks_enc, *ks_mac, *t_ifd, *t_ic;
    const char *encrypted_data, *chip_auth_data, *static_key; /* chip authentication mapping */
};

/* App. G.1: ECDH on brainpoolP256r1, AES-128. */
static const struct icao_pace icao_g1 = {
    .oid = "04007f00070202040202",
    .parameter_id = 13,
    .mrz_information = "T22000129364081251010318",
    .k_pi = "89ded1b26624ec1e634c1989302849dd",
    .z = "95a3a016522ee98d01e76cb6b98b42c3",
    .s = "3f00c4d39d153f2b2a214a078d899b22",
    .map_ifd_secret = "7f4ef07b9ea82fd78ad689b38d0bc78cf21f249d953bc46f4c6e19259c010f99",
    .map_ifd_public = "047acf3efc982ec45565a4b155129efbc74650dcbfa6362d896fc70262e0c2cc5e544552dcb6725218799115b55c9baa"
                      "6d9f6bc3a9618e70c25af71777a9c4922d",
    .map_ic_secret = "498ff49756f2dc1587840041839a85982be7761d14715fb091efa7bce9058560",
    .map_ic_public = "04824fba91c9cbe26bef53a0ebe7342a3bf178cea9f45de0b70aa601651fba3f5730d8c879aaa9c9f73991e61b58f4d5"
                     "2eb87a0a0c709a49dc63719363ccd13c54",
    .shared_h = "0460332ef2450b5d247ef6d3868397d398852ed6e8caf6ffeef6bf85ca57057fd50840ca7415baf3e43bd414d35aa460"
                "8b93a2caf3a4e3ea4e82c9c13d03eb7181",
    .generator = "048ced63c91426d4f0eb1435e7cb1d74a46723a0af21c89634f65a9ae87a9265e28c879506743f8611ac33645c5b985c"
                 "80b5f09a0b83407c1b6a4d857ae76fe522",
    .ifd_secret = "a73fb703ac1436a18e0cfa5abb3f7bec7a070e7a6788486bee230c4a22762595",
    .ifd_public = "042db7a64c0355044ec9df190514c625cba2cea48754887122f3a5ef0d5edd301c3556f3b3b186df10b857b58f6a7eb8"
                  "0f20ba5dc7be1d43d9bf850149fbb36462",
    .ic_secret = "107cf58696ef6155053340fd633392ba81909df7b9706f226f32086c7aff974a",
    .ic_public = "049e880f842905b8b3181f7af7caa9f0efb743847f44a306d2d28c1d9ec65df6db7764b22277a2eddc3c265a9f018f9c"
                 "b852e111b768b326904b59a0193776f094",
    .shared_k = "28768d20701247dae81804c9e780ede582a9996db4a315020b2733197db84925",
    .ks_enc = "f5f0e35c0d7161ee6724ee513a0d9a7f",
    .ks_mac = "fe251c7858b356b24514b3bd5f4297d1",
    .t_ifd = "c2b0bd78d94ba866",
    .t_ic = "3abb9674bce93c08",
};

/* App. G.2: DH in the 1,024-bit group of RFC 5114, AES-128. */
static const struct icao_pace icao_g2 = {
    .oid = "04007f00070202040102",
    .parameter_id = 0,
    .mrz_information = "T22000129364081251010318",
    .k_pi = "89ded1b26624ec1e634c1989302849dd",
    .z = "854d8df5827fa6852d1a4fa701cdddca",
    .s = "fa5b7e3e49753a0db9178b7b9bd898c8",
    .map_ifd_secret = "5265030f751f4ad18b08ac565fc7ac952e41618d",
    .map_ifd_public = "23fb3749ea030d2a25b278d2a562047ade3f01b74f17a15402cb7352ca7d2b3eb71c343db13d1debce9a3666dbcfc920"
                      "b49174a602cb47965caa73dc702489a44d41db914de9613dc5e98c94160551c0df86274b9359bc0490d01b03ad54022d"
                      "cb4f57fad6322497d7a1e28d46710f461afe710fbbbc5f8ba166f4311975ec6c",
    .map_ic_secret = "66ddafeac1609cb5b963bb0cb3ff8b3e047f336c",
    .map_ic_public = "78879f57225aa8080d52ed0fc890a4b25336f699aa89a2d3a189654af70729e623ea5738b26381e4da19e004706face7"
                     "b235c2dbf2f38748312f3c98c2dd4882a41947b324aa1259ac22579db93f7085655af30889dbb845d9e6783fe42c9f24"
                     "49400306254c8ae8ee9dd812a804c0b66e8cafc14f84d8258950a91b44126ee6",
    .shared_h = "5babebef5b74e5ba94b5c063fda15f1f1cde94873ee0a5d3a2fcab49f258d07f544f13cb66658c3afee9e727389be3f6"
                "cbbbd32128a8c21dd6eea3cf7091cddfb08b8d007d40318dcca4ffbf51208790fb4bd111e5a968ed6b6f08b26ca87c41"
                "0b3ce0c310ce104eabd16629aa48620c1279270cb0750c0d37c57fffe302ae7f",
    .generator = "7c9cbfe98f9fbdda8d143506fa7d9306f4cb17e3c71707aff5e1c1a12370249684d64ee37af44b8dbd9d45bf6023919c"
                 "baa027ab97acc771666c8e98ff483301bfa4872dede9034edfacb70814166b7f360676829b826bea57291b5ad69fbc84"
                 "ef1e779032a305803f74341793e869742d401325b37ee8565ffcdee618342dc5",
    .ifd_secret = "89ccd99b0e8d3b1f11e1296dca68ec53411cf2ca",
    .ifd_public = "907d89e2d425a178aa81af4a7774ec8e388c115cae67031e85eece520bd911551b9ae4d04369f29a02626c86fbc6747c"
                  "c7bc352645b6161a2a42d44eda80a08fa8d61b76d3a154ad8a5a51786b0bc07147057871a922212c5f67f43173172236"
                  "b7747d1671e6d692a3c7d40a0c3c5ce397545d015c175eb5130551edbc2ee5d4",
    .ic_secret = "a5b780126b7c980e9fcea1d4539da1d27c342dfa",
    .ic_public = "075693d9ae941877573e634b6e644f8e60af17a0076b8b123d9201074d36152bd8b3a213f53820c42adc79ab5d0aeec3"
                 "aefb91394da476bd97b9b14d0a65c1fc71a0e019cb08af55e1f729005fba7e3fa5dc41899238a250767a6d46db974064"
                 "386cd456743585f8e5d90cc8b4004b1f6d866c79ce0584e49687ff61bc29aea1",
    .shared_k = "6babc7b3a72bcd7ea385e4c62db2625bd8613b24149e146a629311c4ca6698e38b834b6a9e9cd7184ba8834aff5043d4"
                "36950c4c1e7832367c10cb8c314d40e5990b0df7013e64b4549e2270923d06f08cff6bd3e977dde6abe4c31d55c0fa2e"
                "465e553e77bdf75e3193d3834fc26e8eb1ee2fa1e4fc97c18c3f6cfffe2607fd",
    .ks_enc = "2f7f46adcc9e7e521b45d192fafa9126",
    .ks_mac = "805a1d27d45a5116f73c54469462b7d8",
    .t_ifd = "b46dd9bd4d98381f",
    .t_ic = "917f37b5c0e6d8d1",
};

/* App. H.1: ECDH on brainpoolP256r1, AES-128. */
static const struct icao_pace icao_h1 = {
    .oid = "04007f00070202040402",
    .parameter_id = 13,
    .k_pi = "591468cda83d65219cccb8560233600f",
    .z = "143dc40c08c8e891fbed7dedb92b64ad",
    .s = "2923be84e16cd6ae529049f1f1bbe9eb",
    .t = "5dd4cbfc96f5453b130d890a1cdbae32",
    .pseudo_random = "e4447e2dfb3586bac05ddb00156b57fbb2179a3949294c97254189800c517baa8da0ff397ed8c445d3e421e4feb57322",
    .pseudo_random_mod_p = "a2f8ff2df50e52c6599f386adcb595d229f6a167ade2be5f2c3296add5b7430e",
    .generator = "048e82d31559ed0fde92a4d0498add3c23baba94fb77691e31e90aea77fb17d4274c1ae14bd0c3dbac0c871b7f360816"
                 "9364437ca30ac243a089d3f266c1e60fad",
    .ifd_secret = "a73fb703ac1436a18e0cfa5abb3f7bec7a070e7a6788486bee230c4a22762595",
    .ifd_public = "0489cba23ffe96aa18d824627c3e934e54a9fd0b87a95d1471dc1c0abfdcd640d46755de9b7b778280b6bebd57439adf"
                  "eb0e21fd4ed6df42578c13418a59b34c37",
    .ic_secret = "107cf58696ef6155053340fd633392ba81909df7b9706f226f32086c7aff974a",
    .ic_public = "0467f78e5f7f7686082b293e8d087e056916d0f74bc01a5f8957d0de45691e51e8932b69a962b52a0985ad2c0a271ee6"
                 "a13a8adddcd1a3a994b9ded257f4d22753",
    .shared_k = "4f150fde1d4f0e38e95017b891bae17133a0df45b0d3e18b60ba7beafdc2c713",
    .ks_enc = "0d3feb33251a6370893d62ae8daaf51b",
    .ks_mac = "b01e89e3d9e8719e586b50b4a7506e0b",
    .t_ifd = "450f02b86f6a0909",
    .t_ic = "75d4d96e8d5b0308",
};

/* App. H.2: DH in the 1,024-bit group, AES-128. Its private keys are as long as p; here modulo q, which is the same power. */
static const struct icao_pace icao_h2 = {
    .oid = "04007f00070202040302",
    .parameter_id = 0,
    .k_pi = "591468cda83d65219cccb8560233600f",
    .z = "9abb8864ca0ff1551e620d1ef4e13510",
    .s = "fa5b7e3e49753a0db9178b7b9bd898c8",
    .t = "b3a6db3c870c3e99245e0d1c06b747de",
    .pseudo_random = "eab98d13e09052952aa729907c3c946184dea0fe74ad2b3af506f0a83018459c38099cd1f7ff4ea0a078db1fac136550"
                     "5e3dc85500ef95e20b4eef2e88489233bee0546b472f994b618d168702406791deef3cb4810932ec278f3533fdb860eb"
                     "4835c36fa4f1bf3fa0b828a718c96bde88fba38a3e6c35aaa10959251eb5fc710fc187258995944c0f926e249373f485",
    .pseudo_random_mod_p =
        "a0c7c50c002061a51cc87d254ef38068607417b6ee1b36473cfb800d2d2e5fa2b6980f01105d24fab22acd1bfa5c8a4c"
        "093ecdfafe6d7125d42a843e338603835cf19afaff75efe21dc5f6aa1f9ae46c25087e7368166fb08c1e4627afed7d93"
        "570417b790ff7f747e57f432b04e1236819e0dfef5b6e77ca4999925328182d2",
    .generator = "1d7d767f11e333bcd6dbaef40e799e7a926b96973550656ff3c830726d118d61c276cdcc61d475cf03a98e0c0e79caeb"
                 "a5be25578bd4551d0b10903236f0b0f976852fa78eea14ea0aca87d1e91f688fe0dff897bbe35a472621d343564b262f"
                 "34223ae8fc59b664bfedfa2bfe7516ca5510a6bbb633d517ec25d4e0bbaa16c2",
    .ifd_secret = "89ccd99b0e8d3b1f11e1296dca68ec53411cf2ca",
    .ifd_public = "0f0cc62945a8029251fb7ef3c094e12ec68e4ef07f27cb9d9cd04c5c4250fae0e4f8a951557e929aeb48e5c6dd47f2f5"
                  "cd7c351a9bd2cd722c07ede166770f08ffcb370262cf308dd7b07f2e0da9caaa1492344c852906919538c98a4ba4187e"
                  "76ce9d87832386d319ce2e043c3343aeae6edba1a9894dc5094d22f7fe1351d5",
    .ic_secret = "a5b780126b7c980e9fcea1d4539da1d27c342dfa",
    .ic_public = "928d9a0f9dba450f13fc859c6f290d1d36e42431138a4378500beb4e0401854cff111f71cb6dc1d0335807a11388cc8e"
                 "aa87b07907aad9fba6b169af6d8c26af8dddc39adc3ad2e3ff882b84d23e9768e95a80e4746fb07a9767679fe92133b4"
                 "d379935c771bd7fbed6c7bb4b1708b275ea75679524cdc9c6a91370cc662a2f3",
    .shared_k = "419410d6c0a17a4c07c54872ce1cbceb0a2705c1a434c8a89a4cfe41f1d78124ca7ec52bde7615e5345e48ab1abb6e7d"
                "1d59a57f3174084d3ca4570397c1f62228bdfdb2da191ea2239e2c060dbe3bbc23c2fcd0af12e0f9e0b99fcf91ff1959"
                "011d5798b2fcbc1f14fcc24e441f4c8f9b08d977e9498560e63e7ffab3134ea7",
    .ks_enc = "01afc10cf87be36d8179e87370171f07",
    .ks_mac = "23f0fbd05fd6c7b8b88f4c8309669061",
    .t_ifd = "55d61977cbf5307e",
    .t_ic = "c2f04230187e1525",
};

/* App. I.1: ECDH on brainpoolP256r1, AES-128, chip authentication mapping. The chip's second private key is above the order;
 * here modulo it. */
static const struct icao_pace icao_i1 = {
    .oid = "04007f00070202040602",
    .parameter_id = 13,
    .mrz_information = "C11T002JM496081222310314",
    .k_pi = "4e6f6fbf7be748b932c7b74161bba9df",
    .z = "cb60e8e0d85b76a9bd304747c2ad42e2",
    .s = "658b860bc94df6f044fce6d5c82cf8e5",
    .map_ifd_secret = "5d8bb87bd74d985a4b7d4325b9f7b976fe835122773400798914aa22738135cc",
    .map_ifd_public = "047f1d410adb7ddb3b84bf1030800981a9105d7457b4a3ade002384f3086c67ede1ab889104a27db6d842b019020fbf3"
                      "ceacb0dc627f7bdcac29969e19d0e553c1",
    .map_ic_secret = "9e56a6b59c95d06ece5cd10f983bb2f4f1943528e577f23881d89d8c3bbee0aa",
    .map_ic_public = "04a234236aa9b9621e8efb73b5245c0e09d2576e5277183c1208bdd55280cae8b304f365713a356e65a451e165ecc9ac"
                     "0ac46e3771342c8fe5aedd092685338e23",
    .shared_h = "042c1dcc1773346492c6636a36ee4b965e292e9aae7ee37736ef58b9d0a043f348403a8cf33ca7dc0d9df61d0889ce24"
                "424ff97c1aad48a5ca2a554b071ef7638d",
    .generator = "0489f0b5eabf3be293c75903a3986131925c9f5b515ca95af485dc7e886f03245d44befb2dd3a0dbd71cb5e618971cf4"
                 "747f12b79e548379a40e45963baaf3e829",
    .ifd_secret = "76ecfdaa9841c323a3f5fc5e88b88db3eff7e35ebf57a7e6946cb630006c2120",
    .ifd_public = "04446c934084d9dab863944f219520076c29ee3f7ae6722b11ff319ec1c7728f955483400bff60bf0c5929270009277d"
                  "c2a515e12575010ad9ba916cf1bf86fefc",
    .ic_secret = "2367171820683879c023083a24feec7499c71436b5d85ecd3f681bb9436f47d1",
    .ic_public = "0402ad566f3c6ec7f9324509ad50a51fa52030782a4968fcfedf737daea993333111c3b9b4c2287789bd137e7f8aa882"
                 "e2a3c633ccd6ecc2c63c57ad401a09c2e1",
    .shared_k = "67950559d0c06b4d4b86972d14460837461087f8419fdbc36aaf6ceaac462832",
    .ks_enc = "0a9da4db03bdde39fc5202bc44b2e89e",
    .ks_mac = "4b1c06491ed5140ca2b537d344c6c0b1",
    .t_ifd = "e86bd06018a1cd3b",
    .t_ic = "8596cf055c67c1a3",
    .encrypted_data =
        "1eea964daae372ac990e3efde6333353bfc89a6704d93da8798cf77f5b7a54bd10cba372b42be0b9b5f28aa8de2f4f92",
    .chip_auth_data = "85dc3fa93d0952bfa82f5fd189ee75bd82f11d1f0b8ed4bf5319ac9b53c426b3",
    .static_key = "041872709494399e7470a6431be25e83eee24fea568c2ed28db48e05db3a610dc884d256a40e35efcb59bf6753d3a489"
                  "d28c7a4d973c2da138a6e7a4a08f68e16f",
};

#endif
